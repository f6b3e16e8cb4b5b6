"""The labels of tags."""

import time

import pytest

from app.content.models import Tag, TagAlias
from app.content.slugs import key_of
from app.content.tags import DEFAULT_TAGS, MOST_COMPARED, MOST_HINTS, Vocabulary
from app.problems import UnknownTag


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(
        Tag(slug=slug, name=name, aliases=[TagAlias(slug=key_of(label), label=label) for label in labels])
        for slug, name, _, labels in DEFAULT_TAGS
    )


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("news-trends", "news-trends"),
        ("News & Trends", "news-trends"),
        ("New & Trends", "news-trends"),
        ("NEWS, TRENDS", "news-trends"),
        ("Research", "research"),
        ("Product & Releases", "product"),
        ("safety", "safety"),
        ("Career resources", "career"),
        ("career_resources", "career"),
        ("  Career  ", "career"),
    ],
)
def test_a_tag_is_found_by_its_slug_its_name_and_its_aliases(vocabulary: Vocabulary, label: str, slug: str) -> None:
    assert vocabulary.resolve(label, "/tags/0").slug == slug


@pytest.mark.parametrize("label", [None, "", "🎉", "Careers and more"])
def test_an_unknown_label_means_no_tag(vocabulary: Vocabulary, label: str | None) -> None:
    assert vocabulary.find(label) is None


def test_an_unknown_label_is_answered_with_the_nearest_tags(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownTag) as told:
        vocabulary.resolve("Reserch", "/sections/0/tag")

    assert "Similar tags are Research" in told.value.detail
    assert told.value.errors[0].pointer == "/sections/0/tag"


def test_similar_tags_are_searched_for_the_first_unknown_labels_and_in_bounded_time() -> None:
    """A batch can have hundreds of unknown labels, and others wait meanwhile."""
    tags = [
        Tag(slug=f"tag-{tag}", name=f"Tag {tag}", aliases=[TagAlias(slug="", label=f"{tag} {'ab' * 40} {alias}")])
        for tag in range(2 * MOST_COMPARED)
        for alias in range(2)
    ]
    vocabulary = Vocabulary(tags)
    vocabulary.keys()
    said = []

    started = time.thread_time()
    for place in range(200):
        with pytest.raises(UnknownTag) as told:
            vocabulary.resolve(f"{'ba' * 40} {place}", "")
        said.append("Similar tags are" in told.value.detail)

    assert time.thread_time() - started < 1
    assert said == [True] * MOST_HINTS + [False] * (200 - MOST_HINTS)


def test_the_first_labels_mean_one_tag_each() -> None:
    labels = [(key_of(label), slug) for slug, name, _, aliases in DEFAULT_TAGS for label in {slug, name, *aliases}]

    assert len({key for key, _ in labels}) == len(set(labels))


def test_a_publication_without_tags_says_so() -> None:
    with pytest.raises(UnknownTag, match="There are no tags yet"):
        Vocabulary([]).resolve("a", "")
