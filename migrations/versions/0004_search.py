"""Search entries, and the index of their terms, which is a different table on each database."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "search_entries",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("issue_number", ID, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_number"], ["archive_issues.number"], name="fk_search_entries_issue_number_archive_issues"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_entries"),
    )
    op.create_index("ix_search_entries_in_order", "search_entries", ["published_at", "issue_number", "place"])
    op.create_index("ix_search_entries_issue_number", "search_entries", ["issue_number"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search_index USING fts5 (title, body, tokenize = 'ascii')")
    else:
        op.create_table(
            "search_index",
            sa.Column("id", sa.BigInteger(), nullable=False),
            sa.Column("title", TSVECTOR(), nullable=False),
            sa.Column("terms", TSVECTOR(), nullable=False),
            sa.ForeignKeyConstraint(["id"], ["search_entries.id"], name="fk_search_index_id_search_entries"),
            sa.PrimaryKeyConstraint("id", name="pk_search_index"),
        )
        op.create_index("ix_search_index_title", "search_index", ["title"], postgresql_using="gin")
        op.create_index("ix_search_index_terms", "search_index", ["terms"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_table("search_index")
    op.drop_table("search_entries")
