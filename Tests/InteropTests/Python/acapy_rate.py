"""How many credentials an agent of ACA-Py issues over HTTP in a second: `POST /vc/credentials/issue` of its VC API,
Ed25519Signature2020, one process, its wallet in SQLite, the clients on the same machine.

    acapy_rate.py [SECONDS] [CONNECTIONS]

Needs `pip install 'aries-cloudagent[askar]'` (Python 3.9 to 3.11), and nothing from the network when it runs: the
contexts are those that the agent brings. It signs and answers, and keeps nothing of what it issued: no status list, no
log, no deadline. Prints JSON."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import aiohttp


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def credential(number, issuer):
    """As many statements as a request of `measure load` has, under contexts that the agent knows."""
    terms = {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
    return {
        "@context": ["https://www.w3.org/2018/credentials/v1", terms],
        "type": ["VerifiableCredential", "ExampleDegreeCredential"], "issuer": issuer,
        "issuanceDate": "2026-11-22T00:00:00Z", "name": "Degree",
        "description": "What the university says of a student who passed.",
        "credentialSubject": {
            "id": f"did:example:holder-{number:012}", "name": f"Ada Example {number:012}",
            "degree": {"type": "ExampleBachelorDegree", "name": "Bachelor of Science"}}}


async def post(session, url, body):
    async with session.post(url, json=body) as answer:
        text = await answer.text()
        assert answer.status in (200, 201), (answer.status, text)
        return json.loads(text)


async def until_ready(session, url, agent):
    for _ in range(600):
        assert agent.poll() is None, "the agent has ended"
        try:
            async with session.get(f"{url}/status/ready") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.1)
    raise SystemExit("the agent is not ready after a minute")


async def measure(url, agent, seconds, connections):
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector) as session:
        await until_ready(session, url, agent)
        made = await post(session, f"{url}/wallet/did/create", {"method": "key", "options": {"key_type": "ed25519"}})
        issuer, count, times = made["result"]["did"], 0, []

        async def client():
            nonlocal count
            while time.perf_counter() < end:
                count += 1
                body = {"credential": credential(count, issuer), "options": {"proofType": "Ed25519Signature2020"}}
                start = time.perf_counter()
                issued = await post(session, f"{url}/vc/credentials/issue", body)
                assert "proof" in issued["verifiableCredential"]
                times.append(time.perf_counter() - start)

        end = time.perf_counter() + 1  # warm
        await client()
        count, times = 0, []
        begin = time.perf_counter()
        end = begin + seconds
        await asyncio.gather(*(client() for _ in range(connections)))
        return len(times), time.perf_counter() - begin, sorted(times)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5
    connections = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    program = Path(sys.executable).parent / "aca-py"
    admin, inbound = free_port(), free_port()
    with tempfile.TemporaryDirectory() as home:
        agent = subprocess.Popen(
            [program, "start", "--no-ledger", "--wallet-type", "askar", "--wallet-name", "peer", "--wallet-key", "peer",
             "--auto-provision", "--admin", "127.0.0.1", str(admin), "--admin-insecure-mode", "--log-level", "error",
             "--inbound-transport", "http", "127.0.0.1", str(inbound), "--outbound-transport", "http", "--endpoint",
             f"http://127.0.0.1:{inbound}", "--label", "peer"],
            env={**os.environ, "HOME": home}, cwd=home, stdout=subprocess.DEVNULL)
        try:
            count, elapsed, times = asyncio.run(
                measure(f"http://127.0.0.1:{admin}", agent, seconds, connections))
        finally:
            agent.send_signal(signal.SIGTERM)
            agent.wait(timeout=20)
    print(json.dumps({
        "library": f"aries-cloudagent {version('aries-cloudagent')}", "type": "Ed25519Signature2020",
        "connections": connections, "credentials": count, "seconds": round(elapsed, 3),
        "p50_ms": round(times[len(times) // 2] * 1000, 1), "p99_ms": round(times[len(times) * 99 // 100] * 1000, 1),
        "credentials_per_second": round(count / elapsed, 1)}), flush=True)


main()
