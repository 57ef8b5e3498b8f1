"""A minimal robot on FastAPI and uvicorn, as a yardstick for `motor` and its answer.

It does what a request needs and no more: reads and checks the message, sets both tracks under a lock, answers.
"""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field, ValidationError

DEVICE_ID = "wimz_robot_01"

Speed = Annotated[float, Field(ge=-1.0, le=1.0)]


class Motor(BaseModel):
    model_config = ConfigDict(extra="forbid")
    left: Speed
    right: Speed


class Frame(BaseModel):
    type: Literal["command"]
    command: Literal["motor"]
    data: Motor
    id: str | None = None
    device_id: str | None = None


class Refused(BaseModel):
    code: str
    message: str


class Ack(BaseModel):
    id: str | None
    command: str
    success: bool
    error: Refused | None = None


class Envelope(BaseModel):
    type: str
    device_id: str
    data: Ack
    timestamp: datetime


class Answer(BaseModel):
    success: bool


class Drive:
    """Both tracks, one owner at a time."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.left = 0.0
        self.right = 0.0

    async def set(self, motor: Motor) -> None:
        async with self.lock:
            self.left, self.right = motor.left, motor.right


app = FastAPI()
drive = Drive()


@app.post("/motor/speed")
async def motor_speed(motor: Motor) -> Answer:
    await drive.set(motor)
    return Answer(success=True)


@app.websocket("/ws/local")
async def local(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            ack = await obey(await socket.receive_text())
            envelope = Envelope(
                type="command_ack", device_id=DEVICE_ID, data=ack, timestamp=datetime.now(UTC)
            )
            await socket.send_text(envelope.model_dump_json(exclude_none=True))
    except WebSocketDisconnect:
        pass


async def obey(text: str) -> Ack:
    try:
        frame = Frame.model_validate_json(text)
    except ValidationError as error:
        refused = Refused(code="unreadable", message=str(error))
        return Ack(id=None, command="", success=False, error=refused)
    await drive.set(frame.data)
    return Ack(id=frame.id, command=frame.command, success=True)
