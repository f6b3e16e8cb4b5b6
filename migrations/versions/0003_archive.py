"""The archive, which public routes read."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SLUG = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "archive_publication",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_archive_publication"),
    )
    op.create_table(
        "archive_tags",
        sa.Column("slug", SLUG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("issue_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_archive_tags"),
    )
    op.create_table(
        "archive_tag_labels",
        sa.Column("key", SLUG, nullable=False),
        sa.Column("tag", SLUG, nullable=False),
        sa.ForeignKeyConstraint(
            ["tag"], ["archive_tags.slug"], name="fk_archive_tag_labels_tag_archive_tags", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_archive_tag_labels"),
    )
    op.create_index("ix_archive_tag_labels_tag", "archive_tag_labels", ["tag"])
    op.create_table(
        "archive_series",
        sa.Column("slug", SLUG, nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("tag", SLUG),
        sa.Column("issue_count", sa.Integer(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("latest_issue", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_archive_series"),
    )
    op.create_table(
        "archive_issues",
        sa.Column("number", ID, autoincrement=False, nullable=False),
        sa.Column("slug", SLUG, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("etag", sa.String(length=40), nullable=False),
        sa.Column("compiler", sa.String(length=200), nullable=False),
        sa.Column("listed", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_archive_issues"),
        sa.UniqueConstraint("slug", name="uq_archive_issues_slug"),
    )
    op.create_index("ix_archive_issues_in_order", "archive_issues", ["published_at", "number"])
    op.create_table(
        "archive_issue_tags",
        sa.Column("tag", SLUG, nullable=False),
        sa.Column("issue_number", ID, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_number"],
            ["archive_issues.number"],
            name="fk_archive_issue_tags_issue_number_archive_issues",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tag", "issue_number", name="pk_archive_issue_tags"),
    )
    op.create_index("ix_archive_issue_tags_issue_number", "archive_issue_tags", ["issue_number"])
    op.create_table(
        "archive_sections",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("issue_number", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("slug", SLUG, nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("tag", SLUG),
        sa.ForeignKeyConstraint(
            ["issue_number"],
            ["archive_issues.number"],
            name="fk_archive_sections_issue_number_archive_issues",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_archive_sections"),
    )
    op.create_index("ix_archive_sections_issue_number", "archive_sections", ["issue_number"])
    op.create_index("ix_archive_sections_slug_issue_number", "archive_sections", ["slug", "issue_number"])
    op.create_table(
        "archive_items",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("issue_number", ID, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("domain", sa.String(length=300)),
        sa.Column("sponsored", sa.Boolean(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_number"],
            ["archive_issues.number"],
            name="fk_archive_items_issue_number_archive_issues",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_archive_items"),
    )
    op.create_index(
        "ix_archive_items_of_domain_in_order", "archive_items", ["domain", "published_at", "issue_number", "place"]
    )
    op.create_index(
        "ix_archive_items_sponsored_in_order", "archive_items", ["sponsored", "published_at", "issue_number", "place"]
    )
    op.create_index("ix_archive_items_in_order", "archive_items", ["published_at", "issue_number", "place"])
    op.create_index("ix_archive_items_issue_number_place", "archive_items", ["issue_number", "place"])
    op.create_table(
        "archive_item_tags",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("tag", SLUG, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("issue_number", ID, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["archive_items.id"], name="fk_archive_item_tags_item_id_archive_items", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "tag", name="pk_archive_item_tags"),
    )
    op.create_index(
        "ix_archive_item_tags_in_order", "archive_item_tags", ["tag", "published_at", "issue_number", "place"]
    )
    op.create_table(
        "archive_item_sections",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("section", SLUG, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("issue_number", ID, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["archive_items.id"], name="fk_archive_item_sections_item_id_archive_items", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "section", name="pk_archive_item_sections"),
    )
    op.create_index(
        "ix_archive_item_sections_in_order",
        "archive_item_sections",
        ["section", "published_at", "issue_number", "place"],
    )


def downgrade() -> None:
    op.drop_table("archive_item_sections")
    op.drop_table("archive_item_tags")
    op.drop_table("archive_items")
    op.drop_table("archive_sections")
    op.drop_table("archive_issue_tags")
    op.drop_table("archive_issues")
    op.drop_table("archive_series")
    op.drop_table("archive_tag_labels")
    op.drop_table("archive_tags")
    op.drop_table("archive_publication")
