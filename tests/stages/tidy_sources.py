"""Prints what a build folder compiles of the product: no tests, nothing generated.  tidy_sources.py BUILD-FOLDER"""
import json
import os
import sys

build = os.path.abspath(sys.argv[1])
root = os.getcwd()
for command in json.load(open(f"{build}/compile_commands.json", encoding="utf-8")):
    path = os.path.normpath(os.path.join(command["directory"], command["file"]))
    inside = os.path.relpath(path, build if path.startswith(build + "/") else root)
    if inside.split("/")[0] in ("protocol", "client", "broker", "simulation", "tools", "examples") and "generated" not in inside and "message_types" not in inside:
        print(path)
