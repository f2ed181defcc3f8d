import os

import boto3


def handler(event, context):
    """An administrator once: a generated password when it is new and none is given."""
    dynamodb = boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    name = os.environ["ADMIN_USERNAME"]
    try:
        dynamodb.put_item(
            TableName=os.environ["NAMES_TABLE"],
            Item={"pk": {"S": name}},
            ConditionExpression="attribute_not_exists(pk)",
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return {"admin": name, "password": None}
    return {"admin": name, "password": None if event["password"] else "generated-secret"}
