"""Run in build/venv/cloud: a client and Lambda's poller use one queue concurrently; print lost and doubled messages.

`python hammer_queue.py applied|skipped`: with the patch queue_races, or without it.
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
SENT_AHEAD = 500  # a long queue takes long to rebuild, which gives the other thread time to interfere


def main() -> None:
    if sys.argv[1] == "applied":
        apply_queue_races(Cloud("", Path(), pool=None))  # type: ignore[arg-type] # the patch does not use the cloud
    sys.setswitchinterval(1e-5)  # switch threads often, as on a busy machine
    url = sqs._HANDLERS["CreateQueue"]({"QueueName": "hammered"}, "")["QueueUrl"]
    polled: set[str] = set()
    all_sent = threading.Event()
    poller = threading.Thread(target=_poll, args=(url, polled, all_sent))
    for number in range(SENT_AHEAD):
        _send(url, number)
    poller.start()
    received = asyncio.run(_send_and_receive(url))
    all_sent.set()
    poller.join()
    sys.stdout.write(f"{MESSAGES - len(polled | received)} lost, {len(polled & received)} doubled")


async def _send_and_receive(url: str) -> set[str]:
    """Send the other messages like a client, and receive one after every fifth; return the received bodies."""
    received = set()
    for number in range(SENT_AHEAD, MESSAGES):
        _send(url, number)
        if number % 5 == 0:
            response = await sqs._HANDLERS["ReceiveMessage"]({"QueueUrl": url}, url)
            for message in response.get("Messages", []):
                with contextlib.suppress(sqs._Err):  # the poller has received it too
                    sqs._HANDLERS["DeleteMessage"]({"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}, url)
                received.add(message["Body"])
    return received


def _send(url: str, number: int) -> None:
    sqs._HANDLERS["SendMessage"]({"QueueUrl": url, "MessageBody": str(number)}, url)


def _poll(url: str, polled: set[str], all_sent: threading.Event) -> None:
    while True:
        is_last = all_sent.is_set()
        batch: list[dict[str, Any]] = sqs._receive_messages_for_esm(url, 10)
        polled.update(message["body"] for message in batch)
        sqs._delete_messages_for_esm(url, {message["receipt_handle"] for message in batch})
        if is_last and not batch:
            return


main()
