"""Drives the robot around a square, and stops it whatever happens: `python drive.py [URL]`."""

import asyncio
import sys

from wimz_client import Robot


async def main(url: str) -> None:
    async with Robot(url) as robot:
        await robot.set_mode("manual")
        try:
            for side in range(4):
                print(f"side {side + 1}")
                await robot.drive(0.5, 0.5, seconds=1.5)
                await robot.drive(-0.4, 0.4, seconds=0.8)
        finally:
            found = await robot.stop()
            print("stopped" if found.get("stopped") else f"not known to have stopped: {found}")
        await robot.set_mode("idle")


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"))
