"""Celery's settings; the reasons stand beside each group."""

from __future__ import annotations

from django.conf import settings

broker_url = settings.REDIS_URL or "memory://"
timezone = "UTC"
imports = ("labsys.work.tasks",)

# Only JSON, no results kept, nothing stored about a task: the rows tell everything.
task_serializer = "json"
accept_content = ["json"]
result_backend = None
task_ignore_result = True
task_store_errors_even_if_ignored = False

# A doorbell is acknowledged before it is answered; a lost one costs a sweep of one second.
task_acks_late = False
task_reject_on_worker_lost = False
task_publish_retry = False
task_default_queue = "work"
worker_prefetch_multiplier = 1
worker_disable_prefetch = True

# Answering a doorbell takes about two seconds; whatever hangs is killed and its lease runs out.
task_soft_time_limit = 50
task_time_limit = 60
worker_max_tasks_per_child = 500
worker_max_memory_per_child = 400_000
worker_soft_shutdown_timeout = 8
worker_cancel_long_running_tasks_on_connection_loss = False

worker_enable_remote_control = False
worker_send_task_events = False
worker_hijack_root_logger = False
broker_connection_retry_on_startup = True
broker_connection_max_retries = None
broker_transport_options = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "max_connections": 20,
}

beat_schedule = {
    "tick": {"task": "labsys.work.tasks.tick", "schedule": 15.0, "options": {"expires": 15}},
}
