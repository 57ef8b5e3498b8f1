"""Drives a running robot by the client of `docs/examples/python`, and holds every message that the robot sends
against the robot's own schemas. `live_client.py URL`; it ends with an error where something is not as it should be."""

import asyncio
import json
import sys
import urllib.request
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import wimz_client
from wimz_client import Refused, Robot
from wimz_messages import Message

#: Messages that this test makes the robot send, each at least once.
WANTED = {"command_ack", "heartbeat", "status_update", "battery", "audio_state", "treat", "alert"}


class Judge:
    """Knows the robot's schemas and keeps count of the messages that it has seen."""

    def __init__(self, url: str) -> None:
        with urllib.request.urlopen(f"{url}/asyncapi.json") as answer:
            self.document: dict[str, Any] = json.load(answer)
        resource = DRAFT202012.create_resource(self.document)
        self.registry: Registry[Any] = Registry().with_resource("robot", resource)
        self.seen: dict[str, int] = {}

    def look(self, message: Message) -> None:
        kind = message["type"]
        self.seen[kind] = self.seen.get(kind, 0) + 1
        known = self.document["components"]["messages"]
        assert f"robot.{kind}" in known, f"{kind} is in no document"
        schema = {"$ref": f"robot#/components/messages/robot.{kind}/payload"}
        Draft202012Validator(schema, registry=self.registry).validate(message)


async def drives_and_stops(robot: Robot) -> None:
    await robot.set_mode("manual")
    driving = asyncio.create_task(robot.drive(0.4, 0.4, seconds=5))
    await moving(robot, True)
    found = await robot.stop()
    assert found["stopped"] and not found["latched"], found
    # The drive ends by itself, long before its time.
    await asyncio.wait_for(driving, 1)
    await moving(robot, False)


async def refuses_and_releases(robot: Robot) -> None:
    found = await robot.stop(emergency=True)
    assert found["latched"], found
    try:
        await robot.motor(0.4, 0.4)
    except Refused as refused:
        assert refused.code == "emergency_latched", refused.code
    else:
        raise AssertionError("a latched robot was driven")
    await robot.release()


async def survives_a_lost_connection(robot: Robot) -> None:
    socket = robot._socket
    assert socket is not None
    socket.transport.abort()
    treat = await asyncio.wait_for(robot.treat(), 60)
    assert treat["confirmed"] >= 0, treat


async def moving(robot: Robot, wanted: bool) -> None:
    async with asyncio.timeout(5):
        while robot.status is None or (robot.status["drive"]["left"] != 0) != wanted:
            await asyncio.sleep(0.02)


async def main(url: str) -> None:
    judge = Judge(url)
    hear = Robot._hear

    def heard(self: Robot, message: Message) -> None:
        judge.look(message)
        hear(self, message)

    setattr(Robot, "_hear", heard)
    async with Robot(url) as robot:
        await robot.light("attention")
        await robot.look(20, -10)
        await drives_and_stops(robot)
        await refuses_and_releases(robot)
        await survives_a_lost_connection(robot)
        async with asyncio.timeout(20):
            while not WANTED <= judge.seen.keys():
                await asyncio.sleep(0.1)
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(judge.seen.items()))
    print(f"every message as its schema has it: {counts}")


assert wimz_client.EVERY_S < 0.3, "a command would run out before the next"
asyncio.run(main(sys.argv[1]))
