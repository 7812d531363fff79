"""What `manage.py analyse` can do with files, without the web and without rows."""
