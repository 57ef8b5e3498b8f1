"""Gives a treat and says what came of it: `python treat.py [URL]`."""

import asyncio
import sys

from wimz_client import Refused, Robot


async def main(url: str) -> None:
    async with Robot(url) as robot:
        await robot.light("celebration")
        try:
            treat = await robot.treat()
        except Refused as refused:
            wait = "" if refused.retry_after_s is None else f" (ask again in {refused.retry_after_s} s)"
            print(f"{refused}{wait}")
        else:
            print(treat["message"])


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"))
