"""What a researcher does first with clickhouse-connect and pandas. Prints one JSON object."""

import json
import sys
from urllib.parse import urlsplit

import clickhouse_connect
import pandas as pd
from clickhouse_connect.driver.exceptions import DatabaseError

url, password = urlsplit(sys.argv[1]), sys.argv[2]
place = {"host": url.hostname, "port": url.port}
writer = clickhouse_connect.get_client(**place, username="penlight", password=password)
reader = clickhouse_connect.get_client(**place)

writer.command(
    "CREATE TABLE frame (id UInt64, name String, score Nullable(Float64), at DateTime64(3, 'UTC'), marks Array(UInt8)) "
    "ENGINE = MergeTree ORDER BY id"
)
count = 20_000
frame = pd.DataFrame(
    {
        "id": range(count),
        "name": [f"学生 {i}" for i in range(count)],
        "score": [None if i % 3 == 0 else i / 2 for i in range(count)],
        "at": pd.date_range("2026-09-01", periods=count, freq="s", tz="UTC"),
        "marks": [[i % 5, i % 7] for i in range(count)],
    }
)
writer.insert_df("frame", frame)
read = reader.query_df("SELECT * FROM frame ORDER BY id")


def error_of(task):
    try:
        task()
        return None
    except DatabaseError as error:
        return str(error)


streamed = 0
with reader.query_df_stream("SELECT id, name FROM frame") as parts:
    for part in parts:
        streamed += len(part)

print(
    json.dumps(
        {
            "version": reader.server_version,
            "columns": list(read.columns),
            "ids": bool((read["id"] == frame["id"]).all()),
            "names": bool((read["name"] == frame["name"]).all()),
            "scores": int(read["score"].isna().sum()) == int(frame["score"].isna().sum())
            and bool((read["score"].dropna() == frame["score"].dropna()).all()),
            "times": [str(read["at"].iloc[i]) for i in (0, -1)],
            "marks": [list(map(int, read["marks"].iloc[i])) for i in (0, -1)],
            "streamed": streamed,
            "parameters": reader.query(
                "SELECT {text:String}, {list:Array(UInt32)}", parameters={"text": "it's\t\\", "list": [1, 2]}
            ).result_rows,
            "settings": reader.query("SELECT 1", settings={"max_threads": 1}).result_rows,
            "unknown": error_of(lambda: reader.query("SELECT * FROM nowhere")),
            "half way": error_of(
                lambda: reader.query("SELECT throwIf(number = 900000, 'half way') FROM numbers(1000000)").result_rows
            ),
            "refused": error_of(lambda: reader.insert_df("frame", frame.head(1))),
        }
    )
)
