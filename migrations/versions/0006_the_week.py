"""Scheduled and deleted issues, the inbox, revisions and previews."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


TABLE_KWARGS = {"sqlite_autoincrement": True}
"""Alembic changes a SQLite table by copying it; without AUTOINCREMENT, the copy could reuse ids."""
STATUS_BEFORE = "ck_issues_ck_issues_status_is_known"
STATUS, SCHEDULED, DELETED = (
    "ck_issues_status_is_known",
    "ck_issues_scheduled_has_a_time",
    "ck_issues_deleted_is_a_draft",
)


def upgrade() -> None:
    with op.batch_alter_table("issues", table_kwargs=TABLE_KWARGS) as batch:
        batch.add_column(sa.Column("scheduled_at", INSTANT, nullable=True))
        batch.add_column(sa.Column("deleted_at", INSTANT, nullable=True))
        batch.drop_constraint(op.f(STATUS_BEFORE), type_="check")
        batch.create_check_constraint(op.f(STATUS), "status IN ('draft', 'scheduled', 'published')")
        batch.create_check_constraint(op.f(SCHEDULED), "(status = 'scheduled') = (scheduled_at IS NOT NULL)")
        batch.create_check_constraint(op.f(DELETED), "deleted_at IS NULL OR status = 'draft'")
        batch.create_index("ix_issues_scheduled_at", ["scheduled_at"])
    with op.batch_alter_table("items", table_kwargs=TABLE_KWARGS) as batch:
        batch.alter_column("section_id", existing_type=ID, nullable=True)
        batch.add_column(sa.Column("takes_tag", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("items", table_kwargs=TABLE_KWARGS) as batch:
        batch.alter_column("takes_tag", existing_type=sa.Boolean(), server_default=None)
    op.create_table(
        "revisions",
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("caller", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name="fk_revisions_issue_id_issues", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("issue_id", "version", name="pk_revisions"),
    )
    op.create_table(
        "previews",
        sa.Column("id", ID, nullable=False),
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name="fk_previews_issue_id_issues", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_previews"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_previews_issue_id", "previews", ["issue_id"])


def downgrade() -> None:
    op.drop_table("previews")
    op.drop_table("revisions")
    op.execute("DELETE FROM item_tags WHERE item_id IN (SELECT id FROM items WHERE section_id IS NULL)")
    op.execute("DELETE FROM items WHERE section_id IS NULL")
    op.execute("UPDATE issues SET status = 'draft', scheduled_at = NULL WHERE status = 'scheduled'")
    with op.batch_alter_table("items", table_kwargs=TABLE_KWARGS) as batch:
        batch.drop_column("takes_tag")
        batch.alter_column("section_id", existing_type=ID, nullable=False)
    with op.batch_alter_table("issues", table_kwargs=TABLE_KWARGS) as batch:
        batch.drop_index("ix_issues_scheduled_at")
        for name in (STATUS, SCHEDULED, DELETED):
            batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(STATUS_BEFORE), "status IN ('draft', 'published')")
        batch.drop_column("deleted_at")
        batch.drop_column("scheduled_at")
