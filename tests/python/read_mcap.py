"""Reads a report's `run.mcap` by MCAP's own Python reader and holds it against the `run.json` beside it: topics, schemas,
counts, times, and where everybody was. `read_mcap.py FOLDER`; it ends with an error where something is not as it should be."""

import base64
import json
import math
import sys
from pathlib import Path
from typing import Any

from mcap.reader import make_reader

SCHEMAS = {
    "/scene": "foxglove.SceneUpdate",
    "/tf": "foxglove.FrameTransforms",
    "/plot": "wimz.Plot",
    "/events": "foxglove.Log",
    "/camera": "foxglove.CompressedImage",
}
INFO, WARNING, ERROR = 2, 3, 4


def nanoseconds(seconds: float) -> int:
    """Robot time comes by the microsecond."""
    return round(seconds * 1e6) * 1000


def about(one: float, other: float, within: float, what: str) -> None:
    assert abs(one - other) <= within, f"{what}: {one} is not {other}"


def has(value: dict[str, Any], schema: dict[str, Any], what: str) -> None:
    """Each field that is asked for is there, all the way down."""
    for name in schema.get("required", []):
        assert name in value, f"{what} has no {name}"
    for name, inner in schema.get("properties", {}).items():
        if name not in value:
            continue
        if inner.get("type") == "object":
            has(value[name], inner, f"{what}.{name}")
        elif inner.get("type") == "array":
            for item in value[name]:
                has(item, inner["items"], f"{what}.{name}")


def main(folder: Path) -> None:
    run = json.loads((folder / "run.json").read_text())
    read: dict[str, list[tuple[int, dict[str, Any]]]] = {topic: [] for topic in SCHEMAS}
    with (folder / "run.mcap").open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        for schema, channel, message in reader.iter_messages():
            assert schema is not None and schema.name == SCHEMAS[channel.topic], channel.topic
            assert (schema.encoding, channel.message_encoding) == ("jsonschema", "json")
            assert message.publish_time == message.log_time
            value = json.loads(message.data)
            has(value, json.loads(schema.data), channel.topic)
            assert message.sequence == len(read[channel.topic]), f"{channel.topic} is not in order"
            read[channel.topic].append((message.log_time, value))
        summary = reader.get_summary()
        assert summary is not None and summary.statistics is not None
        assert summary.statistics.message_count == sum(map(len, read.values()))
        kept = {record.name: record.metadata for record in reader.iter_metadata()}
    assert kept["wimz"]["hash"] == run["hash"] and kept["wimz"]["again"] == run["again"]

    samples = run["samples"]
    times = [nanoseconds(at) for at in samples["at_s"]]
    assert [at for at, _ in read["/tf"]] == times
    assert [at for at, _ in read["/plot"]] == times
    names = [dog["name"] for dog in run["dogs"]]
    for place, (_, value) in enumerate(read["/tf"]):
        frames = {one["child_frame_id"]: one for one in value["transforms"]}
        assert set(frames) == {"robot", "head"} | {f"dog/{name}" for name in names}
        robot = frames["robot"]
        about(robot["translation"]["x"], samples["x_m"][place], 0.001, "x")
        about(robot["translation"]["y"], samples["y_m"][place], 0.001, "y")
        turn = 2 * math.atan2(robot["rotation"]["z"], robot["rotation"]["w"])
        off = math.remainder(turn - samples["heading_rad"][place], 2 * math.pi)
        about(off, 0, 0.002, "heading")
        for name, (x, y, _) in zip(names, samples["dogs"]):
            about(frames[f"dog/{name}"]["translation"]["x"], x[place], 0.001, name)
            about(frames[f"dog/{name}"]["translation"]["y"], y[place], 0.001, name)
    for place, (_, value) in enumerate(read["/plot"]):
        about(value["battery_v"], samples["battery_v"][place], 0.001, "battery")
        assert ("loudness_db" in value) == (samples["loudness_db"][place] is not None)
        assert set(value.get("distance_m", {})) == set(names)

    told = [(nanoseconds(line["at_s"]), line["text"]) for line in run["story"]]
    events = [(at, value["message"]) for at, value in read["/events"] if value["level"] in (INFO, WARNING)]
    assert events == told
    errors = [value for _, value in read["/events"] if value["level"] == ERROR]
    failed = [row for row in run["expectations"] if not row["held"]]
    assert len(errors) == len(failed) + len(run["breaches"])
    ids = {entity["id"] for entity in read["/scene"][0][1]["entities"]}
    assert {"room", "robot", "head"} | {f"dog/{name}" for name in names} <= ids
    for (at, picture), place in zip(read["/camera"], range(len(times))):
        assert picture["format"] == "jpeg" and base64.b64decode(picture["data"]).startswith(b"\xff\xd8")
        # Samples come each 200 ms, so a picture is at the first of them that is 500 ms after the one before.
        assert at == times[3 * place], f"picture {place}"
    if read["/camera"]:
        assert len(read["/camera"]) == (len(times) + 2) // 3
    counts = ", ".join(f"{len(messages)} {topic}" for topic, messages in read.items())
    print(f"{folder.name}: {counts}, from {times[0] / 1e9} s to {times[-1] / 1e9} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
