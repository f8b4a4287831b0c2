#!/usr/bin/env python3
"""hnswlib and faiss as contenders of the index bench.

Speaks the protocol of bench/index/protocol.ts: one JSON text a line, requests on stdin, replies on
stdout after "@@". Its argument is the set-up; with --check NAME it only says whether the library
of that contender can be imported, and its version.
"""

import gc
import json
import os
import sys
import time

import numpy

CHUNK = 8192
EF_LADDER = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048]


class Hnswlib:
    """hnswlib, with its own threads."""

    M = 32
    EF_CONSTRUCTION = 200

    def __init__(self, setup):
        import hnswlib

        self.k, self.threads = setup["k"], setup["threads"]
        self.index = hnswlib.Index(space="ip", dim=setup["dimension"])

    def build(self, chunks, count):
        self.index.init_index(max_elements=count, M=self.M, ef_construction=self.EF_CONSTRUCTION)
        for first, rows in chunks:
            labels = numpy.arange(first, first + len(rows))
            self.index.add_items(rows, labels, num_threads=self.threads)
        return f"M {self.M}, ef_construction {self.EF_CONSTRUCTION}", [str(ef) for ef in EF_LADDER]

    def use(self, setting):
        self.index.set_ef(max(int(setting), self.k))

    def nearest(self, probes):
        threads = 1 if len(probes) == 1 else self.threads
        labels, _ = self.index.knn_query(probes, k=self.k, num_threads=threads)
        return labels[:, 0]


class Faiss:
    """What the faiss contenders share: its own threads (OpenMP)."""

    def __init__(self, setup):
        import faiss

        self.faiss, self.k, self.dimension = faiss, setup["k"], setup["dimension"]
        self.threads = setup["threads"]
        faiss.omp_set_num_threads(self.threads)
        self.index = None

    def add_all(self, chunks):
        for _, rows in chunks:
            self.index.add(rows)

    def nearest(self, probes):
        # Threads that wait for a second query of a lone one only get in its way.
        self.faiss.omp_set_num_threads(1 if len(probes) == 1 else self.threads)
        return self.index.search(probes, self.k)[1][:, 0]


class FaissFlat(Faiss):
    """Every row in float32, by matrix products."""

    def build(self, chunks, count):
        self.index = self.faiss.IndexFlatIP(self.dimension)
        self.add_all(chunks)
        return "IndexFlatIP", [""]

    def use(self, setting):
        pass


class FaissHnsw(Faiss):
    M = 32

    def build(self, chunks, count):
        metric = self.faiss.METRIC_INNER_PRODUCT
        self.index = self.faiss.IndexHNSWFlat(self.dimension, self.M, metric)
        self.index.hnsw.efConstruction = 200
        self.add_all(chunks)
        return f"HNSW{self.M}, efConstruction 200", [str(ef) for ef in EF_LADDER]

    def use(self, setting):
        self.index.hnsw.efSearch = int(setting)


class FaissIvf(Faiss):
    """Inverted lists over float32 rows."""

    def build(self, chunks, count):
        chunks = list(chunks)
        lists = max(1, min(4096, int(4 * count**0.5), count // 39))
        metric = self.faiss.METRIC_INNER_PRODUCT
        self.index = self.faiss.index_factory(self.dimension, f"IVF{lists},Flat", metric)
        self.index.train(sample(chunks, lists * 64))
        self.add_all(chunks)
        probes = [2**power for power in range(13) if 2**power < lists] + [lists]
        return f"IVF{lists},Flat", [str(number) for number in probes]

    def use(self, setting):
        self.index.nprobe = int(setting)


class FaissFastScan(Faiss):
    """4-bit product quantisation scanned in registers, the best re-scored in float32."""

    def build(self, chunks, count):
        chunks = list(chunks)
        factory = f"PQ{self.dimension // 2}x4fs,RFlat"
        metric = self.faiss.METRIC_INNER_PRODUCT
        self.index = self.faiss.index_factory(self.dimension, factory, metric)
        self.index.train(sample(chunks, 20000))
        self.add_all(chunks)
        return factory, ["1", "2", "4", "8", "16", "32", "64", "128", "256"]

    def use(self, setting):
        self.index.k_factor = float(setting)


CONTENDERS = {
    "python-hnswlib": ("hnswlib", Hnswlib),
    "faiss-flat": ("faiss", FaissFlat),
    "faiss-hnsw": ("faiss", FaissHnsw),
    "faiss-ivf": ("faiss", FaissIvf),
    "faiss-fastscan": ("faiss", FaissFastScan),
}


def sample(chunks, most):
    """Rows to train on, drawn over all of them. `chunks` is a list."""
    rows = numpy.concatenate([rows for _, rows in chunks])
    if len(rows) <= most:
        return rows
    return rows[numpy.random.default_rng(1).choice(len(rows), most, replace=False)]


def rows_of(path, count, dimension):
    """Yields (first row, rows) without keeping what was read."""
    with open(path, "rb") as file:
        for first in range(0, count, CHUNK):
            wanted = min(CHUNK, count - first)
            yield first, numpy.fromfile(file, numpy.float32, wanted * dimension).reshape(
                wanted, dimension
            )


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def build(contender, setup):
    gc.collect()
    before = resident_bytes()
    started = time.perf_counter()
    rows = rows_of(setup["galleryFile"], setup["persons"], setup["dimension"])
    note, settings = contender.build(rows, setup["persons"])
    seconds = time.perf_counter() - started
    gc.collect()
    return {
        "seconds": seconds,
        "residentBefore": before,
        "residentAfter": resident_bytes(),
        "reportedBytes": None,
        "note": note,
        "settings": settings,
    }


def throughput(contender, probes, seconds):
    """Batches of all probes, for at least so long."""
    cpu, started, queries = time.process_time(), time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        contender.nearest(probes)
        queries += len(probes)
    taken = time.perf_counter() - started
    return {"queries": queries, "seconds": taken, "cpuSeconds": time.process_time() - cpu}


def lone(contender, probes, queries_max, seconds_max):
    micros, ends = [], time.perf_counter() + seconds_max
    while len(micros) < queries_max and time.perf_counter() < ends:
        at = len(micros) % len(probes)
        started = time.perf_counter()
        contender.nearest(probes[at : at + 1])
        micros.append((time.perf_counter() - started) * 1e6)
    return {"micros": micros}


def answer(contender, setup, probes, request):
    do = request["do"]
    if do == "build":
        return build(contender, setup)
    if do == "use":
        contender.use(request["setting"])
        return {}
    if do == "answers":
        return {"rows": [int(row) for row in contender.nearest(probes)]}
    if do == "throughput":
        return throughput(contender, probes, request["seconds"])
    if do == "lone":
        return lone(contender, probes, request["queriesMax"], request["secondsMax"])
    if do == "churn":
        return {"churn": None}
    return {}


def check(name):
    library = __import__(CONTENDERS[name][0])
    print(getattr(library, "__version__", "of an unknown version"))


def main():
    if sys.argv[1] == "--check":
        return check(sys.argv[2])
    setup = json.loads(sys.argv[1])
    contender = CONTENDERS[setup["contender"]][1](setup)
    probes = numpy.fromfile(setup["probesFile"], numpy.float32).reshape(-1, setup["dimension"])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = {"ok": True, **answer(contender, setup, probes, request)}
        except Exception as thrown:  # The suite says what went wrong, and goes on.
            reply = {"ok": False, "error": f"{type(thrown).__name__}: {thrown}"}
        print("@@" + json.dumps(reply), flush=True)
        if request["do"] == "close":
            break


if __name__ == "__main__":
    main()
