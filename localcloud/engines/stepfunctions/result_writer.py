"""ResultWriter: the results of a Distributed Map's child executions, as files in S3 or as the state's result."""

from typing import TYPE_CHECKING, Any

from localcloud.engines.stepfunctions.payload import to_json
from localcloud.engines.stepfunctions.platform import ChildExecution, MapRun

if TYPE_CHECKING:
    from localcloud.engines.stepfunctions.branch import Branch

FILES = {"SUCCEEDED": ("SUCCEEDED",), "FAILED": ("FAILED", "TIMED_OUT", "ABORTED"), "PENDING": ("PENDING",)}


def is_exporting(state: dict[str, Any]) -> bool:
    """Check whether a Map state writes its results to S3."""
    return "Resource" in state.get("ResultWriter", {})


def collect_outputs(state: dict[str, Any], children: list[ChildExecution]) -> list[Any]:
    """Collect the outputs in the order of the items, for a Map state that does not write to S3."""
    transformation = state.get("ResultWriter", {}).get("WriterConfig", {}).get("Transformation", "COMPACT")
    return _transform(children, transformation)


def export_results(
    branch: "Branch", state: dict[str, Any], data: Any, run: MapRun, children: list[ChildExecution]
) -> Any:
    """Write one file per status and a manifest with their names; return a result with the manifest's location."""
    parameters = branch.create_resolver(data).fill(state["ResultWriter"]["Parameters"])
    config = state["ResultWriter"].get("WriterConfig", {})
    as_lines = config.get("OutputType", "JSON") == "JSONL"
    folder = "/".join(part for part in (parameters.get("Prefix", "").strip("/"), run.arn.rsplit(":", 1)[-1]) if part)
    files: dict[str, list[dict[str, Any]]] = {}
    for name, statuses in FILES.items():
        selected = [child for child in children if child.status in statuses]
        files[name] = []
        if selected:
            records = _transform(selected, config.get("Transformation", "NONE"))
            body = ("".join(to_json(record) + "\n" for record in records) if as_lines else to_json(records)).encode()
            key = f"{folder}/{name}_0.{'jsonl' if as_lines else 'json'}"
            branch.platform.write_object(parameters["Bucket"], key, body)
            files[name].append({"Key": key, "Size": len(body)})
    manifest = {"DestinationBucket": parameters["Bucket"], "MapRunArn": run.arn, "ResultFiles": files}
    branch.platform.write_object(parameters["Bucket"], f"{folder}/manifest.json", to_json(manifest).encode())
    details = {"Bucket": parameters["Bucket"], "Key": f"{folder}/manifest.json"}
    return {"MapRunArn": run.arn, "ResultWriterDetails": details}


def _transform(children: list[ChildExecution], transformation: str) -> list[Any]:
    """Transform results: outputs for COMPACT, elements of output arrays for FLATTEN, records of failed children."""
    results: list[Any] = []
    for child in children:
        if transformation == "NONE" or child.status != "SUCCEEDED":
            results.append(child.record or _create_pending_record(child))
        elif transformation == "FLATTEN" and isinstance(child.output, list):
            results += child.output
        else:
            results.append(child.output)
    return results


def _create_pending_record(child: ChildExecution) -> dict[str, Any]:
    return {"Input": to_json(child.input), "InputDetails": {"Included": True}, "Status": child.status}
