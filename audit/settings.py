"""Django's settings: the database alone. ``audit.database`` says which one before it is first used."""

INSTALLED_APPS = ["audit"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
