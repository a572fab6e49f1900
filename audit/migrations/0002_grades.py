from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="result",
            name="confirmed",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="result",
            name="grade",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
    ]
