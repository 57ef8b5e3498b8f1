"""A small client of WIM-Z's local WebSocket, for scripts: asyncio, typed, reconnecting.

    async with Robot() as robot:
        await robot.set_mode("manual")
        await robot.drive(0.4, 0.4, seconds=2)

It stays connected for as long as the `async with` lasts. It never repeats a command by itself, except a treat, which
has a name and so is given once.
"""

import asyncio
import json
import ssl
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from types import TracebackType
from typing import Self, cast
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from wimz_messages import Ack, Data, Found, Message, Mode, Pattern, Refusal, Source, Status, Treat

#: `motor` is sent this often while driving: a command is good for 0.3 s.
EVERY_S = 0.1
#: How long an answer may take before a command counts as unanswered.
ANSWER_S = 5.0
#: Messages that may wait for `messages()`; the oldest go first.
WAITING = 256
#: Pauses between two attempts to connect: they double from the first to the last.
PAUSE_S = (0.2, 5.0)


class Refused(Exception):
    """The robot refused: `code` says why to programs, and the text to people."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal["message"])
        self.code = refusal["code"]
        self.retry_after_s = refusal.get("retry_after_s")


class Disconnected(Exception):
    """There is no connection, or it was lost before the answer came: whether the command was obeyed is not known."""


class Robot:
    """A robot that is driven by this client.

    `token` is one that `wimz token new` gave; `ca` is the file of the robot's own certificate authority, which it needs
    over https.
    """

    def __init__(
        self, url: str = "http://localhost:8000", *, token: str | None = None, ca: str | None = None
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is no address of a robot: give one like http://localhost:8000")
        self._secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port or (443 if self._secure else 80)
        self._tls = ssl.create_default_context(cafile=ca) if self._secure else None
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._socket: ClientConnection | None = None
        self._connected = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._asked = 0
        self._answers: dict[str, asyncio.Future[Ack]] = {}
        self._messages: asyncio.Queue[Message] = asyncio.Queue(WAITING)
        self._watchers: list[asyncio.Queue[Treat]] = []
        self._stops = 0
        self._beat: int | None = None
        self._place: tuple[int, int] | None = None
        #: The newest status, once there is one.
        self.status: Status | None = None

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(self._keep())
        waiting = asyncio.create_task(self._connected.wait())
        done, _ = await asyncio.wait(
            (self._keeper, waiting), timeout=ANSWER_S, return_when=asyncio.FIRST_COMPLETED
        )
        if waiting not in done:
            waiting.cancel()
            refused = self._keeper in done and self._keeper.exception()
            await self.close()
            raise refused or Disconnected(f"no robot at {self._host}:{self._port}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the connection. A robot that is driven by it stops."""
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._keeper

    # Commands

    async def motor(self, left: float, right: float) -> None:
        """Turns the tracks, each -1 to 1, for 0.3 s at most. Echoes the newest heartbeat, so that a command which was
        held up on its way does not move the robot."""
        data: Data = {"left": left, "right": right}
        if self._beat is not None:
            data = {"left": left, "right": right, "heartbeat": self._beat}
        await self.ask("motor", data)

    async def drive(self, left: float, right: float, *, seconds: float) -> None:
        """Turns the tracks for so long, and ends at once when `stop` is called meanwhile."""
        stops, loop = self._stops, asyncio.get_running_loop()
        end = loop.time() + seconds
        while self._stops == stops and (remaining := end - loop.time()) > 0:
            await self.motor(left, right)
            await asyncio.sleep(min(EVERY_S, remaining))
        if self._stops == stops:
            await self.motor(0.0, 0.0)

    def stop(self, *, emergency: bool = False) -> asyncio.Task[Found]:
        """Stops the robot. It is on its way when the event loop next runs, by WebSocket and by HTTP, whichever is
        sooner; nothing is waited for. Await the answer to know what the robot found."""
        self._stops += 1
        return asyncio.create_task(self._stop(emergency))

    async def release(self) -> None:
        """Lifts the latch of an emergency stop."""
        await self.ask("stop_release", {})

    async def set_mode(self, mode: Mode, source: Source = "api") -> None:
        await self.ask("set_mode", {"mode": mode, "source": source})

    async def look(self, pan: float, tilt: float) -> None:
        """Points the head: degrees from centre, positive left and up."""
        await self.ask("servo", {"pan": pan, "tilt": tilt})

    async def light(self, pattern: Pattern) -> None:
        await self.ask("led", {"pattern": pattern})

    async def treat(self, *, dog: str | None = None, request: str | None = None) -> Treat:
        """Gives one treat and waits for what came of it. It has a name, so that asking again after a lost connection
        brings no second one; give `request` to go on with one that another script began."""
        name = request or str(uuid.uuid4())
        data: Data = {"request_id": name}
        if dog is not None:
            data = {"request_id": name, "dog_id": dog}
        watching: asyncio.Queue[Treat] = asyncio.Queue()
        self._watchers.append(watching)
        try:
            while True:
                try:
                    found = (await self.ask("dispense_treat", data)).get("result", {})
                except Disconnected:
                    # Whoever finds the connection gone may be the first to know.
                    await asyncio.sleep(PAUSE_S[0])
                    await self._connected.wait()
                    continue
                if (outcome := found.get("outcome")) is not None:
                    return cast(Treat, {"job": found["job"], "request_id": name, **outcome})
                while True:
                    with suppress(TimeoutError):
                        treat = await asyncio.wait_for(watching.get(), ANSWER_S)
                        if treat.get("request_id") == name:
                            return treat
                        continue
                    # Perhaps it was told while there was no connection: asking again says so.
                    break
        finally:
            self._watchers.remove(watching)

    async def ask(self, command: str, data: Data) -> Ack:
        """Sends any command and waits for its answer.

        Raises `Refused` where the robot refuses and `Disconnected` where it cannot be asked."""
        socket = self._socket
        if socket is None:
            raise Disconnected(f"no connection to {self._host}:{self._port}")
        self._asked += 1
        name = str(self._asked)
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._answers[name] = answer
        try:
            frame = {"type": "command", "command": command, "data": data, "id": name}
            await socket.send(json.dumps(frame))
            ack = await asyncio.wait_for(answer, ANSWER_S)
        except (ConnectionClosed, TimeoutError) as error:
            raise Disconnected(f"{command} was not answered") from error
        finally:
            del self._answers[name]
        if "error" in ack:
            raise Refused(ack["error"])
        return ack

    async def messages(self) -> AsyncIterator[Message]:
        """What the robot tells without being asked, from now on and over lost connections: facts that lasted
        meanwhile are told late, none twice. Whoever is slow misses the oldest."""
        while True:
            yield await self._messages.get()

    # The connection

    async def _keep(self) -> None:
        """Connects, listens, and connects again."""
        pause = PAUSE_S[0]
        while True:
            try:
                async with connect(
                    self._address(), ssl=self._tls, additional_headers=self._headers, max_size=None
                ) as socket:
                    pause = PAUSE_S[0]
                    self._socket = socket
                    self._connected.set()
                    async for frame in socket:
                        self._hear(json.loads(frame))
            except InvalidHandshake as error:
                if getattr(getattr(error, "response", None), "status_code", 0) in (401, 403):
                    raise Disconnected("the robot does not know this token") from error
            except (OSError, ConnectionClosed):
                pass
            finally:
                self._socket = None
                self._connected.clear()
                self._beat = None
                for answer in self._answers.values():
                    if not answer.done():
                        answer.set_exception(Disconnected("the connection was lost"))
            await asyncio.sleep(pause)
            pause = min(2 * pause, PAUSE_S[1])

    def _address(self) -> str:
        place = "" if self._place is None else f"?after={self._place[0]}.{self._place[1]}"
        scheme = "wss" if self._secure else "ws"
        return f"{scheme}://{self._host}:{self._port}/ws/local{place}"

    def _hear(self, message: Message) -> None:
        event = message.get("event")
        if event is not None and event["lane"] == "durable":
            place = (event["boot"], event["seq"])
            if self._place is not None and place <= self._place:
                return
            self._place = place
        match message["type"]:
            case "command_ack":
                ack = cast(Ack, message["data"])
                answer = self._answers.get(ack.get("id", ""))
                if answer is not None and not answer.done():
                    answer.set_result(ack)
                return
            case "heartbeat":
                self._beat = cast(dict[str, int], message["data"])["seq"]
                return
            case "status_update":
                self.status = cast(Status, message["data"])
            case "treat":
                for watching in self._watchers:
                    watching.put_nowait(cast(Treat, message["data"]))
        if self._messages.full():
            self._messages.get_nowait()
        self._messages.put_nowait(message)

    async def _stop(self, emergency: bool) -> Found:
        """By both ways: a socket may be gone without anybody knowing."""
        ways = [asyncio.create_task(asyncio.to_thread(self._stop_by_http, emergency))]
        if self._socket is not None:
            ways.append(asyncio.create_task(self._stop_by_socket(emergency)))
        trouble: BaseException | None = None
        for way in asyncio.as_completed(ways):
            try:
                return await way
            except (Disconnected, Refused, OSError, HTTPException, ValueError) as error:
                trouble = error
        raise Disconnected("nobody answered the stop") from trouble

    async def _stop_by_socket(self, emergency: bool) -> Found:
        ack = await self.ask("emergency_stop" if emergency else "stop", {})
        return ack.get("result", {})

    def _stop_by_http(self, emergency: bool) -> Found:
        connection: HTTPConnection
        if self._tls is not None:
            connection = HTTPSConnection(self._host, self._port, timeout=ANSWER_S, context=self._tls)
        else:
            connection = HTTPConnection(self._host, self._port, timeout=ANSWER_S)
        try:
            connection.request("POST", "/motor/emergency" if emergency else "/motor/stop", headers=self._headers)
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise HTTPException(f"the robot answered {response.status}")
            return cast(Found, json.loads(body))
        finally:
            connection.close()
