"""`/users`, for admins."""

from tests.api import PASSWORD, Api


def test_a_user_is_made_and_signs_in(api: Api) -> None:
    made = api.admin.post("/users", json={"name": " Ada ", "role": "author", "password": "long enough"})

    assert made.status_code == 201
    assert made.json()["name"] == "ada"
    assert made.json().keys() == {"name", "role", "created_at", "disabled_at"}
    assert api.post("/auth/token", data={"username": "ada", "password": "long enough"}).status_code == 200
    assert [user["name"] for user in api.admin.get("/users").json()["data"]] == ["ada", "admin", "author", "editor"]


def test_invalid_fields_of_a_new_user_are_reported(api: Api) -> None:
    good = {"name": "ada", "role": "author", "password": PASSWORD}
    for change, status, code in (
        ({"name": "editor"}, 409, "name-taken"),
        ({"name": "a b"}, 422, "invalid"),
        ({"name": ""}, 422, "invalid"),
        ({"role": "king"}, 422, "invalid"),
        ({"password": "short"}, 422, "invalid"),
        ({"password": None}, 422, "invalid"),
        ({"disabled_at": None}, 422, "invalid"),
    ):
        answer = api.admin.post("/users", json={**good, **change})
        assert (answer.status_code, answer.json()["code"]) == (status, code), change


def test_a_disabled_user_is_out_at_once_and_keeps_the_name(api: Api) -> None:
    assert api.admin.delete("/users/Editor").status_code == 204
    assert api.admin.delete("/users/editor").status_code == 204

    assert api.editor.get("/auth/me").status_code == 401
    (editor,) = [user for user in api.admin.get("/users").json()["data"] if user["name"] == "editor"]
    assert editor["disabled_at"] is not None
    again = api.admin.post("/users", json={"name": "editor", "role": "author", "password": PASSWORD})
    assert again.status_code == 409
    assert "disabled" in again.json()["detail"]


def test_nobody_shuts_themselves_out(api: Api) -> None:
    assert api.admin.delete("/users/admin").status_code == 409
    assert api.admin.delete("/users/nobody").status_code == 404
    assert api.admin.get("/auth/me").status_code == 200
