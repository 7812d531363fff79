import pgtrigger.compiler
from django.db import migrations

import labsys.lib.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("work", "0001_initial"),
    ]

    operations = [
        labsys.lib.triggers.AddTrigger(
            model_name="workdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="guard",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('work.workdecision', '')",
                    func="-",
                    hash="e8f609f9447d0eb0505c3047d2f9c10f02f04f20",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_guard_411ed",
                    table="work_workdecision",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="workdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_truncate",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_guard('work.workdecision', '')",
                    func="-",
                    hash="79b8dd5297f16f5b944abe517946cc401d06c1cd",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_guard_truncate_bd44b",
                    table="work_workdecision",
                    when="BEFORE",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="workdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_insert",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('work.workdecision', '', '', '')",
                    func="-",
                    hash="d2a3c574c252108b5abd61a95b407f41a6a40b5e",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_audit_insert_7a8a4",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="work_workdecision",
                    when="AFTER",
                ),
            ),
        ),
        labsys.lib.triggers.AddTrigger(
            model_name="workdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_update",
                sql=labsys.lib.triggers.CallTriggerSql(
                    execute="labsys_audit_record('work.workdecision', '', '', '')",
                    func="-",
                    hash="55168ace7222d547d3b94f74b5316d0a4d516619",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_audit_update_607d1",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="work_workdecision",
                    when="AFTER",
                ),
            ),
        ),
    ]
