"""ResultWriter: what the child executions of a Distributed Map gave, as files in S3 or as the state's result."""

from typing import TYPE_CHECKING, Any

from localcloud.engines.stepfunctions.payload import to_json
from localcloud.engines.stepfunctions.platform import ChildExecution, MapRun

if TYPE_CHECKING:
    from localcloud.engines.stepfunctions.branch import Branch

FILES = {"SUCCEEDED": ("SUCCEEDED",), "FAILED": ("FAILED", "TIMED_OUT", "ABORTED"), "PENDING": ("PENDING",)}


def exports(state: dict[str, Any]) -> bool:
    return "Resource" in state.get("ResultWriter", {})


def results(state: dict[str, Any], children: list[ChildExecution]) -> list[Any]:
    """The result of a Map Run that exports nothing: the outputs in the order of the items."""
    transformation = state.get("ResultWriter", {}).get("WriterConfig", {}).get("Transformation", "COMPACT")
    return _transformed(children, transformation)


def export(branch: "Branch", state: dict[str, Any], given: Any, run: MapRun, children: list[ChildExecution]) -> Any:
    """Write a file for each way to end and a manifest that names them; the result that tells where it lies."""
    place = branch.resolver(given).fill(state["ResultWriter"]["Parameters"])
    config = state["ResultWriter"].get("WriterConfig", {})
    lines = config.get("OutputType", "JSON") == "JSONL"
    folder = "/".join(part for part in (place.get("Prefix", "").strip("/"), run.arn.rsplit(":", 1)[-1]) if part)
    files: dict[str, list[dict[str, Any]]] = {}
    for name, statuses in FILES.items():
        ended = [child for child in children if child.status in statuses]
        files[name] = []
        if ended:
            records = _transformed(ended, config.get("Transformation", "NONE"))
            body = ("".join(to_json(record) + "\n" for record in records) if lines else to_json(records)).encode()
            key = f"{folder}/{name}_0.{'jsonl' if lines else 'json'}"
            branch.platform.write_object(place["Bucket"], key, body)
            files[name].append({"Key": key, "Size": len(body)})
    manifest = {"DestinationBucket": place["Bucket"], "MapRunArn": run.arn, "ResultFiles": files}
    branch.platform.write_object(place["Bucket"], f"{folder}/manifest.json", to_json(manifest).encode())
    details = {"Bucket": place["Bucket"], "Key": f"{folder}/manifest.json"}
    return {"MapRunArn": run.arn, "ResultWriterDetails": details}


def _transformed(children: list[ChildExecution], transformation: str) -> list[Any]:
    """COMPACT gives outputs, FLATTEN the items of those that are arrays; of a child that failed, its record."""
    found: list[Any] = []
    for child in children:
        if transformation == "NONE" or child.status != "SUCCEEDED":
            found.append(child.record or _pending(child))
        elif transformation == "FLATTEN" and isinstance(child.output, list):
            found += child.output
        else:
            found.append(child.output)
    return found


def _pending(child: ChildExecution) -> dict[str, Any]:
    return {"Input": to_json(child.input), "InputDetails": {"Included": True}, "Status": child.status}
