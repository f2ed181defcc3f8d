"""The deployed artefact, end to end: HTTP API -> Lambda -> DynamoDB -> stream -> settle -> SQS -> effects -> SNS.

Every function runs with its role's policies in force, so a call that works here is also one that the template allows.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deployment import redrive, retained, sam, stacks
from deployment.on_ministack import Deployed
from local.template import Template
from tests.deployment.push_recorder import PushRecorder
from tests.stranger import Says, stranger

pytestmark = pytest.mark.deployed


class Person:
    """Somebody who is logged in."""

    def __init__(self, http: httpx.Client, username: str, password: str) -> None:
        self.http = http
        self.username = username
        data = (
            http.post("/api/v1/login", json={"user": username, "password": password}).raise_for_status().json()["data"]
        )
        self.headers = {"X-Auth-Token": data["authToken"], "X-User-Id": data["userId"]}

    def get(self, endpoint: str, **params: str) -> dict[str, Any]:
        return self._said(self.http.get(f"/api/v1/{endpoint}", params=params, headers=self.headers))

    def post(self, endpoint: str, **body: Any) -> dict[str, Any]:
        return self._said(self.http.post(f"/api/v1/{endpoint}", json=body, headers=self.headers))

    def upload(self, room_id: str, name: str, content: bytes, kind: str) -> dict[str, Any]:
        files = {"file": (name, content, kind)}
        return self._said(self.http.post(f"/api/v1/rooms.upload/{room_id}", files=files, headers=self.headers))

    def _said(self, answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code == 200, f"{answer.request.method} {answer.request.url}: {answer.text}"
        said: dict[str, Any] = answer.json()
        return said


@pytest.fixture(scope="module")
def http(stack: Deployed) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def admin(http: httpx.Client, stack: Deployed) -> Person:
    assert stack.password, "SSM keeps the password that the deployment made up"
    return Person(http, stack.stack.outputs["AdminUsername"], stack.password)


@pytest.fixture(scope="module")
def bob(http: httpx.Client, admin: Person) -> Person:
    admin.post("users.create", username="bob", name="Bob", email="bob@example.org", password="bobs-secret")
    return Person(http, "bob", "bobs-secret")


def eventually(happened: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.1)
    return False


def test_a_direct_message_rings_the_recipients_phone(admin: Person, bob: Person, pushes: PushRecorder) -> None:
    bob.post("push.token", type="gcm", value="bobs-phone", appName="chat.example.android")
    room = admin.post("im.create", username="bob")["room"]
    admin.post("chat.postMessage", roomId=room["_id"], text="Lunch at noon?")

    def rung() -> list[dict[str, str]]:
        return [push for push in pushes.published if "Lunch at noon?" in push["Message"]]

    assert eventually(lambda: bool(rung())), "nothing was published to SNS"
    (push,) = rung()
    assert "/GCM/phones/" in push["TargetArn"]
    assert push["MessageStructure"] == "json"
    assert "GCM" in json.loads(push["Message"])


def test_what_was_posted_is_in_the_history(admin: Person, bob: Person) -> None:
    room = admin.post("channels.create", name="garden", members=["bob"])["channel"]
    posted = bob.post("chat.postMessage", roomId=room["_id"], text="The roses bloom")["message"]
    admin.post("chat.react", messageId=posted["_id"], emoji="rose")
    history = admin.get("channels.history", roomId=room["_id"])["messages"]
    assert "The roses bloom" in [message.get("msg") for message in history]


def test_a_file_comes_back_byte_for_byte(bob: Person, http: httpx.Client) -> None:
    room = bob.post("groups.create", name="papers")["group"]
    content = bytes(range(256)) * 1000
    message = bob.upload(room["_id"], "ä plan.pdf", content, "application/pdf")["message"]
    link = message["attachments"][0]["title_link"]
    assert http.get(link, follow_redirects=True).status_code == 403
    redirect = http.get(link, headers=bob.headers)
    assert redirect.is_redirect
    # Without the caller's headers: the signed address is enough, and S3 refuses a second kind of credentials.
    assert httpx.get(redirect.headers["Location"]).content == content


def test_a_page_of_another_site_may_fetch_a_signed_address_and_post_a_signed_form(
    bob: Person, http: httpx.Client
) -> None:
    room = bob.post("groups.create", name="albums")["group"]
    message = bob.upload(room["_id"], "rose.txt", b"a rose", "text/plain")["message"]
    address = http.get(message["attachments"][0]["title_link"], headers=bob.headers).headers["Location"]
    page = {"Origin": "https://garden.example.org"}
    assert httpx.get(address, headers=page).headers["Access-Control-Allow-Origin"] in ("*", page["Origin"])
    for method, allowed in {"POST": True, "PUT": False, "DELETE": False}.items():
        asked = httpx.options(address, headers={**page, "Access-Control-Request-Method": method})
        assert ("Access-Control-Allow-Origin" in asked.headers) is allowed, method


def test_a_changed_setting_is_in_force_in_every_function_at_once(admin: Person, http: httpx.Client) -> None:
    admin.post("settings/Site_Name", value="Garden club")
    settings = http.get("/api/v1/settings.public", params={"count": "0"}).json()["settings"]
    assert {"_id": "Site_Name", "value": "Garden club"} in [
        {"_id": setting["_id"], "value": setting.get("value")} for setting in settings
    ]


@pytest.mark.parametrize(
    "endpoint",
    [
        "me",
        "users.list",
        "channels.list",
        "groups.list",
        "im.list",
        "rooms.get",
        "subscriptions.get",
        "permissions.listAll",
        "roles.list",
        "info",
        "settings.public",
    ],
)
def test_every_family_answers(admin: Person, endpoint: str) -> None:
    assert admin.get(endpoint)["success"]


def test_people_and_rooms_are_found(admin: Person, bob: Person) -> None:
    found = admin.get("spotlight", query="bob")
    assert [user["username"] for user in found["users"]] == ["bob"]


def test_the_pages_come_with_all_their_files(http: httpx.Client, project: Path) -> None:
    for path in ("/", "/api-docs"):
        page = http.get(path)
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        addresses = set(re.findall(r'"(/web/[^"#]+)', page.text))
        assert addresses
        for address in addresses:
            assert http.get(address).status_code == 200, address
    assert http.get("/api-docs/openapi.yaml").text == (project / "openapi.yaml").read_text("utf-8")
    assert http.get("/web/-/..%2Fapp.py").status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/no.such.endpoint", "/api/v9/info"])
def test_unknown_paths_get_json(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json")
    assert answer.json() == {"success": False, "error": "Resource not found"}


def test_a_wrong_method_says_which_are_right(http: httpx.Client) -> None:
    answer = http.get("/api/v1/chat.postMessage")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_dead_letters_are_sent_again_and_do_nothing_twice(
    admin: Person, bob: Person, stack: Deployed, pushes: PushRecorder
) -> None:
    room = admin.post("channels.create", name="letters", members=["bob"])["channel"]
    admin.post("chat.postMessage", roomId=room["_id"], text="@bob You have mail")

    def rung() -> int:
        return sum("You have mail" in push["Message"] for push in pushes.published)

    assert eventually(lambda: rung() == 1)
    messages = admin.get("channels.info", roomId=room["_id"])["channel"]["msgs"]
    sqs, outputs = stack.client("sqs"), stack.stack.outputs
    queues = redrive.Queues(outputs["DeadLetterQueueUrl"], outputs["EffectsQueueUrl"])
    sqs.send_message(QueueUrl=queues.dead_letters, MessageBody=json.dumps(everything_given_up(stack)))
    said: list[str] = []
    assert redrive.redrive(stack.client, queues, say=said.append) == redrive.Outcome(moved=1)
    assert eventually(lambda: waiting(stack, queues.effects) == 0), "the effects worker did not take them"
    assert waiting(stack, queues.dead_letters) == 0
    assert rung() == 1
    assert admin.get("channels.info", roomId=room["_id"])["channel"]["msgs"] == messages


def everything_given_up(stack: Deployed) -> dict[str, Any]:
    """A letter of Lambda about the whole stream."""
    table = stack.client("dynamodb").describe_table(TableName=stack.stack.resources["MessagesTable"])["Table"]
    streams, arn = stack.client("dynamodbstreams"), table["LatestStreamArn"]
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    start = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    records = streams.get_records(ShardIterator=streams.get_shard_iterator(**start)["ShardIterator"])["Records"]
    places = [record["dynamodb"]["SequenceNumber"] for record in records]
    batch = {"shardId": shard["ShardId"], "startSequenceNumber": places[0], "endSequenceNumber": places[-1]}
    return {"DDBStreamBatchInfo": {**batch, "streamArn": arn, "batchSize": len(places)}}


def waiting(stack: Deployed, queue: str) -> int:
    """Messages of a queue, those in somebody's hands too."""
    counts = stack.client("sqs").get_queue_attributes(
        QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )["Attributes"]
    return sum(map(int, counts.values()))


def test_a_webhook_answers_and_the_answer_is_posted(admin: Person, bob: Person) -> None:
    with stranger() as target:
        target.answers["/hook"] = Says(json.dumps({"text": "The roses say thank you"}).encode())
        admin.post("settings/SSRF_Allowlist", value=target.host)
        room = admin.post("channels.create", name="roses", members=["bob"])["channel"]
        made = {"type": "webhook-outgoing", "name": "roses", "enabled": True, "username": "rocket.cat"}
        where = {"channel": "#roses", "event": "sendMessage", "urls": [f"{target.url}/hook"], "scriptEnabled": False}
        hook = admin.post("integrations.create", **made, **where, token="a-secret", triggerWords=["water"])[
            "integration"
        ]
        bob.post("chat.postMessage", roomId=room["_id"], text="water the roses")

        def answered() -> bool:
            messages = admin.get("channels.history", roomId=room["_id"])["messages"]
            return "The roses say thank you" in [message.get("msg") for message in messages]

        assert eventually(answered, 40), target.received
        [call] = admin.get("integrations.history", id=hook["_id"])["history"]
        assert (call["step"], call["finished"]) == ("url-response-sent-message", True)
        assert json.loads(target.received[0].body)["token"] == "a-secret"
        assert "a-secret" not in json.dumps(call)
        admin.post("integrations.remove", type=hook["type"], integrationId=hook["_id"])


def test_a_hook_posts(admin: Person, http: httpx.Client) -> None:
    made = {"type": "webhook-incoming", "name": "builds", "enabled": True, "username": "rocket.cat"}
    hook = admin.post("integrations.create", **made, channel="#general", scriptEnabled=False)["integration"]
    answer = http.post(f"/hooks/{hook['_id']}/{hook['token']}", data={"payload": json.dumps({"text": "Build 7"})})
    assert answer.json() == {"success": True}
    history = admin.get("channels.history", roomId="GENERAL")["messages"]
    assert "Build 7" in [message.get("msg") for message in history]


def test_a_call_that_nobody_takes_is_missed(admin: Person, bob: Person) -> None:
    room = admin.post("channels.create", name="calls", members=["bob"])["channel"]
    call = {"roomUrl": "https://pimenta.live/x", "senderName": "Admin", "serverName": "https://chat.example.org"}
    more = {"notificationMessage": "Admin calls", "userNames": ["bob"], "roomId": room["_id"], "onlyAudio": True}
    call_id = admin.post("voice.call", **call, **more)["callId"]

    def missed() -> bool:
        messages = bob.get("channels.history", roomId=room["_id"])["messages"]
        return call_id in [message.get("callId") for message in messages]

    assert not missed()
    # Thirty seconds of ringing really pass here: the queue's clock is nobody's to move.
    assert eventually(missed, 60)
    [record] = bob.get("voice.call.history", roomId=room["_id"])["calls"]
    assert (record["status"], record["lost"]) == ("lost", True)


def test_there_are_no_dead_letters(stack: Deployed, bob: Person) -> None:
    assert waiting(stack, stack.stack.outputs["DeadLetterQueueUrl"]) == 0


def test_the_password_is_in_ssm_alone(stack: Deployed) -> None:
    assert stack.password
    functions = stack.client("lambda").list_functions()["Functions"]
    assert functions
    assert stack.password not in json.dumps([function["Environment"] for function in functions])
    described = stack.client("cloudformation").describe_stacks(StackName="pimentachat")["Stacks"]
    assert stack.password not in json.dumps(described, default=str)


def test_everything_carries_the_tags_of_its_environment(stack: Deployed) -> None:
    client = stack.client("lambda")
    function = client.get_function(FunctionName=stack.stack.resources["ChatFunction"])
    assert function["Tags"]["environment"] == "ministack"


def test_an_output_tells_how_to_read_the_password(stack: Deployed) -> None:
    words = stack.stack.outputs["AdminPasswordCommand"].split()
    assert words[:3] == ["aws", "ssm", "get-parameter"]
    name = words[words.index("--name") + 1]
    [kept] = stack.client("ssm").get_parameters(Names=[name])["Parameters"]
    assert kept["Type"] == "SecureString"
    assert kept["Value"] != stack.password, "it is encrypted"
    assert stack.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] == stack.password


def test_a_domain_comes_and_goes_and_the_data_stay(stack: Deployed, admin: Person) -> None:
    """The changes that docs/deployment.md describes, over a workspace that people use."""
    room = admin.post("channels.create", name="orchard")["channel"]
    certificate = stack.client("acm").request_certificate(DomainName="chat.example.org")["CertificateArn"]
    route53 = stack.client("route53")
    zone = route53.create_hosted_zone(Name="example.org", CallerReference="orchard")["HostedZone"]["Id"]
    zone = zone.removeprefix("/hostedzone/")

    def entries() -> list[str]:
        records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        return [record["Name"] for record in records if record["Type"] == "A"]

    def mapped() -> list[str]:
        domains = stack.client("apigatewayv2").get_domain_names()["Items"]
        return [domain["DomainName"] for domain in domains]

    def address() -> tuple[str, str]:
        described = stacks.find(stack.client, "pimentachat").outputs["Url"]
        return described, admin.get("settings/Site_Url")["value"]

    own = address()
    assert own[0] == own[1]
    stack.change({"DomainName": "chat.example.org", "CertificateArn": certificate, "HostedZoneId": zone})
    assert address() == ("https://chat.example.org", "https://chat.example.org")
    assert mapped() == ["chat.example.org"]
    assert entries() == ["chat.example.org."]
    [mapping] = stack.client("apigatewayv2").get_api_mappings(DomainName="chat.example.org")["Items"]
    assert (mapping["ApiId"], mapping["Stage"]) == (stack.stack.outputs["ApiId"], "$default")
    assert stacks.find(stack.client, "pimentachat").outputs["DomainTarget"]
    assert admin.get("channels.info", roomId=room["_id"])["channel"]["name"] == "orchard"

    stack.change({"DomainName": "", "CertificateArn": "", "HostedZoneId": ""})
    assert (address(), mapped(), entries()) == (own, [], [])
    assert admin.get("channels.info", roomId=room["_id"])["channel"]["name"] == "orchard"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"DomainName": "chat.example.org"}, "DomainName needs CertificateArn"),
        ({"HostedZoneId": "Z0123456789ABCDEFGHIJ"}, "HostedZoneId is for DomainName"),
        ({"DomainName": "https://chat.example.org"}, "a host name in lower case without https://"),
    ],
)
def test_parameters_that_do_not_fit_are_explained_before_anything_changes(
    stack: Deployed, values: dict[str, str], reason: str
) -> None:
    with pytest.raises(sam.SamFailed, match=reason):
        stack.change(values)


def test_a_changed_parameter_reaches_every_function(stack: Deployed, http: httpx.Client) -> None:
    """Alone: code and layers stay. What is called is the version behind the alias."""
    functions = {
        name.removesuffix("Aliaslive"): arn for name, arn in stack.stack.resources.items() if name.endswith("Aliaslive")
    }
    client = stack.client("lambda")

    def told(variable: str) -> set[str]:
        return {
            client.get_function_configuration(FunctionName=stack.stack.resources[name], Qualifier="live")[
                "Environment"
            ]["Variables"][variable]
            for name in functions
        }

    assert told("PASSWORD_ROUNDS") == {"4"}
    stack.change({"PasswordRounds": "5", "OverwriteSettings": '{"Site_Name": "Allotment"}'})
    assert told("PASSWORD_ROUNDS") == {"5"}
    settings = http.get("/api/v1/settings.public", params={"count": "0"}).json()["settings"]
    assert "Allotment" in [setting.get("value") for setting in settings if setting["_id"] == "Site_Name"]


def test_a_deployment_without_a_change_publishes_nothing(stack: Deployed) -> None:
    """Lambda would refuse a second version of the same, and the deployment would fail."""
    client, function = stack.client("lambda"), stack.stack.resources["ChatFunction"]
    before = client.list_versions_by_function(FunctionName=function)["Versions"]
    stack.change({})
    assert client.list_versions_by_function(FunctionName=function)["Versions"] == before


def test_a_new_stack_takes_over_what_outlived_the_old_one(stack: Deployed, admin: Person, template: Template) -> None:
    """As docs/operations.md tells it. The last test: the stack is another one afterwards."""
    assert stack.password
    room = admin.post("channels.create", name="cellar")["channel"]
    names = {name: stack.stack.resources[name] for name in retained.template_of(template)["Resources"]}
    cloudformation = stack.client("cloudformation")
    cloudformation.delete_stack(StackName="pimentachat")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="pimentachat", WaiterConfig={"Delay": 1})
    assert not stack.client("lambda").list_functions()["Functions"]
    assert not stack.client("sqs").list_queues().get("QueueUrls")
    assert stacks.kept_password(stack.client, "pimentachat") is None, "it goes with the stack"
    tables = {name for logical, name in names.items() if logical != "FilesBucket"}
    assert set(stack.client("dynamodb").list_tables()["TableNames"]) == tables
    cloudformation.create_change_set(
        StackName="pimentachat",
        ChangeSetName="import",
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps(retained.template_of(template)),
        ResourcesToImport=[
            {
                "ResourceType": template.resources[name]["Type"],
                "LogicalResourceId": name,
                "ResourceIdentifier": {"BucketName" if name == "FilesBucket" else "TableName": physical},
            }
            for name, physical in names.items()
        ],
    )
    there = {"StackName": "pimentachat", "ChangeSetName": "import"}
    cloudformation.get_waiter("change_set_create_complete").wait(**there, WaiterConfig={"Delay": 1})
    cloudformation.execute_change_set(**there)
    cloudformation.get_waiter("stack_import_complete").wait(StackName="pimentachat", WaiterConfig={"Delay": 1})
    new = stack.again({"PasswordRounds": "4"})
    assert {name: new.stack.resources[name] for name in names} == names
    assert new.password is None, "the administrator was there"
    with httpx.Client(base_url=new.url, timeout=30) as client:
        again = Person(client, admin.username, stack.password)
        assert again.get("channels.info", roomId=room["_id"])["channel"]["name"] == "cellar"
