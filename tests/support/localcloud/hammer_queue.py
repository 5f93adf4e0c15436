"""Run inside build/venv/cloud: a client and the poller use one queue at once; prints what was lost or doubled.

`python hammer_queue.py applied|skipped`: with the patch queue_races, or as ministack is.
"""

import asyncio
import contextlib
import sys
import threading
from pathlib import Path
from typing import Any

from ministack.services import sqs

from localcloud.patches.cloud import Cloud
from localcloud.patches.sqs.messages import apply_queue_races

MESSAGES = 3000
AHEAD = 500  # a long queue takes long to rebuild, which is when others can come between


def main() -> None:
    if sys.argv[1] == "applied":
        apply_queue_races(Cloud("", Path(), pool=None))  # type: ignore[arg-type] # it needs nothing of the cloud
    sys.setswitchinterval(1e-5)  # threads change places often, as they do on a busy machine
    url = sqs._HANDLERS["CreateQueue"]({"QueueName": "hammered"}, "")["QueueUrl"]
    polled: set[str] = set()
    sent = threading.Event()
    poller = threading.Thread(target=_poll, args=(url, polled, sent))
    for number in range(AHEAD):
        _send(url, number)
    poller.start()
    taken = asyncio.run(_use(url))
    sent.set()
    poller.join()
    sys.stdout.write(f"{MESSAGES - len(polled | taken)} lost, {len(polled & taken)} doubled")


async def _use(url: str) -> set[str]:
    """Send the rest as a client does, and take a message now and then."""
    taken = set()
    for number in range(AHEAD, MESSAGES):
        _send(url, number)
        if number % 5 == 0:
            answer = await sqs._HANDLERS["ReceiveMessage"]({"QueueUrl": url}, url)
            for message in answer.get("Messages", []):
                with contextlib.suppress(sqs._Err):  # the other has received it too
                    sqs._HANDLERS["DeleteMessage"]({"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}, url)
                taken.add(message["Body"])
    return taken


def _send(url: str, number: int) -> None:
    sqs._HANDLERS["SendMessage"]({"QueueUrl": url, "MessageBody": str(number)}, url)


def _poll(url: str, polled: set[str], sent: threading.Event) -> None:
    while True:
        last = sent.is_set()
        batch: list[dict[str, Any]] = sqs._receive_messages_for_esm(url, 10)
        polled.update(message["body"] for message in batch)
        sqs._delete_messages_for_esm(url, {message["receipt_handle"] for message in batch})
        if last and not batch:
            return


main()
