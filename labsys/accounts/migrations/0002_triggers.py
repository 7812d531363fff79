import pgtrigger.compiler
from django.db import migrations

import labsys.lib.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        labsys.lib.triggers.AddTrigger(
            model_name="accesskey",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('accounts.accesskey', 'revoked_at')",
                    func="-",
                    hash="cad0475c4dc5976503cbfcb84e9b24f081da5f23",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_de6bd",
                    table="accounts_accesskey",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="accesskey",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('accounts.accesskey', 'revoked_at')",
                    func="-",
                    hash="995d14454624acb0c2acc178373013b85b249b01",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_daf0c",
                    table="accounts_accesskey",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="accesskey",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('accounts.accesskey', '', '', 'digest')",
                    func="-",
                    hash="b2dfaaae7db02b45108c269627e60ef53207eac7",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_ec6e9",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="accounts_accesskey",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="accesskey",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('accounts.accesskey', '', '', 'digest')",
                    func="-",
                    hash="3f8be810bcf1f8063b502c062ce98b76cc71b01e",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_d2af1",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="accounts_accesskey",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="principal",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('accounts.principal', 'is_active')",
                    func="-",
                    hash="e4a3d48951ade8b379041c492b85d79abc9cc8ab",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_dc30c",
                    table="accounts_principal",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="principal",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('accounts.principal', 'is_active')",
                    func="-",
                    hash="472a8055b30d5627f4b4db27baffed54b191b2a7",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_1068b",
                    table="accounts_principal",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="principal",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('accounts.principal', '', '', '')",
                    func="-",
                    hash="943e06573eff8045632c2ca6f98441502b2febf0",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_15f00",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="accounts_principal",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="principal",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('accounts.principal', '', '', '')",
                    func="-",
                    hash="d3623d60d440d0db2ea1e8edb5a8d9bd29bcd53e",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_cbae7",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="accounts_principal",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="rolegrant",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('accounts.rolegrant', '')",
                    func="-",
                    hash="c4efeb2d48c0d4f6f548358561025074da95a9fb",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_0238f",
                    table="accounts_rolegrant",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="rolegrant",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('accounts.rolegrant', '')",
                    func="-",
                    hash="26fa9defc263f981da1e4719a556cf77016947f4",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_5364c",
                    table="accounts_rolegrant",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="rolegrant",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('accounts.rolegrant', '', '', '')",
                    func="-",
                    hash="70292bbae5f7aebe3542a9ef5d01409955a9349d",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_0335d",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="accounts_rolegrant",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="rolegrant",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('accounts.rolegrant', '', '', '')",
                    func="-",
                    hash="11c1c434171130554730e1651fd1b0b10ef3457e",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_7d353",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="accounts_rolegrant",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="rolerevocation",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('accounts.rolerevocation', '')",
                    func="-",
                    hash="6bc8a7fafa6b5baa93d5fc1f4c7799ece3ac8c9c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_be1e6",
                    table="accounts_rolerevocation",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="rolerevocation",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('accounts.rolerevocation', '')",
                    func="-",
                    hash="4fa6539cedd5461345aaf2ffe4b6bd293fe0b9a2",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_c05f8",
                    table="accounts_rolerevocation",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="rolerevocation",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('accounts.rolerevocation', '', '', '')",
                    func="-",
                    hash="2244d654f7290f83f425e8142072acd83f85a0ff",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_c2af4",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="accounts_rolerevocation",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="rolerevocation",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('accounts.rolerevocation', '', '', '')",
                    func="-",
                    hash="8ae73bf1bf93cd9e3c7e3d97f9370e07e8c6ff29",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_7993b",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="accounts_rolerevocation",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('accounts.user', 'email,full_name,is_active,must_change_password,password,password_changed_at')",
                    func="-",
                    hash="6fe75f71e0ed374bd67f5d56a1cb126303a26e4b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_23560",
                    table="accounts_user",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('accounts.user', 'email,full_name,is_active,must_change_password,password,password_changed_at')",
                    func="-",
                    hash="056589c37d9ef39ee3ef4c8fa8b0b31a6bf46695",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_ad20c",
                    table="accounts_user",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('accounts.user', '', '', 'password')",
                    func="-",
                    hash="fd67b609cc57229ab5758703f3b61a94d6763e89",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_6f624",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('accounts.user', '', '', 'password')",
                    func="-",
                    hash="f140c6922695e1bd6bb25eceb384a76044254cc9",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_b852b",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
    ]
