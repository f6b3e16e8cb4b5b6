"""The authoring side: the publication, tags, issues, sections and items."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SLUG = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_publication_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
    )
    op.create_table(
        "tags",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", SLUG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        sa.UniqueConstraint("name", name="uq_tags_name"),
        sa.UniqueConstraint("slug", name="uq_tags_slug"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tag_aliases",
        sa.Column("slug", SLUG, nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="fk_tag_aliases_tag_id_tags", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slug", name="pk_tag_aliases"),
    )
    op.create_index("ix_tag_aliases_tag_id", "tag_aliases", ["tag_id"])
    op.create_table(
        "issues",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("slug", SLUG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text()),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("published_at", INSTANT),
        sa.Column("intro", sa.Text()),
        sa.Column("outro", sa.Text()),
        sa.Column("image_url", sa.Text()),
        sa.Column("image_alt", sa.Text()),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="ck_issues_published_is_dated"),
        sa.CheckConstraint("status IN ('draft', 'published')", name="ck_issues_status_is_known"),
        sa.CheckConstraint("number > 0", name="ck_issues_number_is_positive"),
        sa.PrimaryKeyConstraint("id", name="pk_issues"),
        sa.UniqueConstraint("number", name="uq_issues_number"),
        sa.UniqueConstraint("slug", name="uq_issues_slug"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sections",
        sa.Column("id", ID, nullable=False),
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("parent_id", ID),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", SLUG, nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("tag_id", ID),
        sa.Column("intro", sa.Text()),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("parent_id <> id", name="ck_sections_not_its_own_parent"),
        sa.CheckConstraint("position >= 0", name="ck_sections_position_is_not_negative"),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name="fk_sections_issue_id_issues", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["sections.id"], name="fk_sections_parent_id_sections", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="fk_sections_tag_id_tags"),
        sa.PrimaryKeyConstraint("id", name="pk_sections"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sections_issue_id_parent_id_position", "sections", ["issue_id", "parent_id", "position"])
    op.create_index("ix_sections_parent_id", "sections", ["parent_id"])
    op.create_index("ix_sections_tag_id", "sections", ["tag_id"])
    op.create_table(
        "items",
        sa.Column("id", ID, nullable=False),
        sa.Column("section_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_source", sa.String(length=10), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("body", sa.Text()),
        sa.Column("image_url", sa.Text()),
        sa.Column("image_alt", sa.Text()),
        sa.Column("sponsored", sa.Boolean(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("title_source IN ('author', 'body')", name="ck_items_title_source_is_known"),
        sa.CheckConstraint("position >= 0", name="ck_items_position_is_not_negative"),
        sa.ForeignKeyConstraint(
            ["section_id"], ["sections.id"], name="fk_items_section_id_sections", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_items_section_id_position", "items", ["section_id", "position"])
    op.create_table(
        "item_tags",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_tags_item_id_items", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="fk_item_tags_tag_id_tags"),
        sa.PrimaryKeyConstraint("item_id", "tag_id", name="pk_item_tags"),
    )
    op.create_index("ix_item_tags_tag_id", "item_tags", ["tag_id"])


def downgrade() -> None:
    op.drop_table("item_tags")
    op.drop_table("items")
    op.drop_table("sections")
    op.drop_table("issues")
    op.drop_table("tag_aliases")
    op.drop_table("tags")
    op.drop_table("publication")
