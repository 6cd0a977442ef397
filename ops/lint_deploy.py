"""What the schemas of ops/lint-deploy cannot say. Run by it; the argument is a file of manifests that kustomize made, or an empty one."""

import json
import pathlib
import re
import sys

import kubernetes_validate
import promql_parser
from ruamel.yaml import YAML

ROOT = pathlib.Path(".")
KUBERNETES = "1.34"
# Kinds that no schema of Kubernetes itself knows.
FOREIGN = {"Kustomization", "Component", "PodMonitor"}
# What Grafana puts into a query before Prometheus sees it.
GRAFANA = re.compile(r"\$__rate_interval|\$__interval")
METRIC = re.compile(r"\bwakala_[a-z_]+")
wrong = []


def complain(path, sentence):
    wrong.append(f"{path}: {sentence}")


def documents(path):
    try:
        return [document for document in YAML(typ="safe").load_all(path.read_text()) if document]
    except Exception as error:
        complain(path, f"is not YAML: {error}")
        return []


def manifests(paths):
    for path in paths:
        for document in documents(path):
            if document.get("kind") in FOREIGN:
                continue
            try:
                kubernetes_validate.validate(document, KUBERNETES, strict=True)
            except kubernetes_validate.ValidationError as error:
                complain(path, f"{document.get('kind')} {document['metadata']['name']}: {error.message}")


def metrics():
    """Metrics that the code exports, with the series that a histogram becomes."""
    names = set()
    for source in ROOT.glob("platform/*/src/**/*.rs"):
        names |= set(re.findall(r'"(wakala_[a-z_]+)"', source.read_text()))
    return names | {f"{name}_{part}" for name in names for part in ("bucket", "sum", "count")}


def query(path, name, text, exported):
    try:
        promql_parser.parse(GRAFANA.sub("5m", text))
    except Exception as error:
        complain(path, f"{name}: {error}")
    for metric in METRIC.findall(text):
        if metric not in exported:
            complain(path, f"{name}: nothing exports {metric}")


def alerts(exported):
    for path in sorted(ROOT.glob("ops/alerts/*.yaml")):
        for document in documents(path):
            for rule in (rule for group in document["groups"] for rule in group["rules"]):
                name = rule["alert"]
                query(path, name, rule["expr"], exported)
                if rule.get("labels", {}).get("severity") not in ("page", "ticket"):
                    complain(path, f"{name}: its severity is neither page nor ticket")
                if not rule["annotations"].get("summary"):
                    complain(path, f"{name}: it has no summary")
                runbook = rule["annotations"].get("runbook", "")
                if not (ROOT / runbook).is_file():
                    complain(path, f"{name}: there is no runbook {runbook!r}")


def dashboards(exported):
    known = set()
    for path in sorted(ROOT.glob("ops/dashboards/*.json")):
        board = json.loads(path.read_text())
        if board["uid"] in known:
            complain(path, f"its uid {board['uid']} is another's")
        known.add(board["uid"])
        for panel in board["panels"]:
            for target in panel["targets"]:
                query(path, panel["title"], target["expr"], exported)


exported = metrics()
manifests([*sorted(ROOT.glob("ops/kubernetes/**/*.yaml")), pathlib.Path(sys.argv[1])])
for path in sorted(ROOT.glob("ops/compose/*.yaml")):
    documents(path)
alerts(exported)
dashboards(exported)
print("\n".join(wrong), file=sys.stderr)
sys.exit(bool(wrong))
