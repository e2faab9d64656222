from django.db import migrations

from tutela.foundation.access.row_security import add_only, protect_files


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial"), ("access", "0002_row_security")]

    operations = [
        *protect_files(
            [
                "rights_right",
                "rights_rightstep",
                "rights_rightbreach",
                "rights_rightslook",
                "rights_laweffect",
            ]
        ),
        add_only("rights_lawfile"),
        add_only("rights_lawedition"),
    ]
