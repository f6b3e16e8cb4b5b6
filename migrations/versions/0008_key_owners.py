"""The user who created each API key, and the addresses from which users have signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TABLE_KWARGS = {"sqlite_autoincrement": True}
OWNER = "fk_api_keys_user_id_users"


def upgrade() -> None:
    with op.batch_alter_table("api_keys", table_kwargs=TABLE_KWARGS) as batch:
        batch.add_column(sa.Column("user_id", ID, nullable=True))
        batch.create_foreign_key(OWNER, "users", ["user_id"], ["id"])
        batch.create_index("ix_api_keys_user_id", ["user_id"])
    # `created_by` is the name of a user, or of an older key with which a key was created. Where it is both, nothing
    # says which, and the key stays nobody's. No user can have the name that the command line writes, 'the operator'.
    op.execute(
        "UPDATE api_keys SET user_id = (SELECT id FROM users WHERE users.name = api_keys.created_by) WHERE NOT EXISTS "
        "(SELECT 1 FROM api_keys AS creator WHERE creator.name = api_keys.created_by AND creator.id < api_keys.id)"
    )
    op.create_table(
        "known_addresses",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("network", sa.String(length=60), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_known_addresses_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "network", name="pk_known_addresses"),
    )
    op.create_index("ix_known_addresses_last_at", "known_addresses", ["last_at"])


def downgrade() -> None:
    op.drop_table("known_addresses")
    with op.batch_alter_table("api_keys", table_kwargs=TABLE_KWARGS) as batch:
        batch.drop_index("ix_api_keys_user_id")
        batch.drop_constraint(OWNER, type_="foreignkey")
        batch.drop_column("user_id")
