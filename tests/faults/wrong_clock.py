"""A wrong clock for one process and its children: a library of a dozen lines, loaded before all others, that moves what
the system says of the time by the seconds that a file holds. The file may be changed while they run.
"""

import os
import shutil
import struct
import subprocess

SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static int64_t by(void) {
    static volatile int64_t *seconds;
    if (!seconds) {
        int file = open(getenv("WRONG_CLOCK"), O_RDONLY);
        seconds = file < 0 ? 0 : mmap(0, sizeof *seconds, PROT_READ, MAP_SHARED, file, 0);
    }
    return seconds && seconds != MAP_FAILED ? *seconds : 0;
}

int clock_gettime(clockid_t which, struct timespec *now) {
    static int (*true_one)(clockid_t, struct timespec *);
    if (!true_one) true_one = dlsym(RTLD_NEXT, "clock_gettime");
    int answer = true_one(which, now);
    if (which == CLOCK_REALTIME) now->tv_sec += by();
    return answer;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec at;
    int answer = clock_gettime(CLOCK_REALTIME, &at);
    now->tv_sec = at.tv_sec;
    now->tv_usec = at.tv_nsec / 1000;
    return answer;
}

time_t time(time_t *now) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    if (now) *now = at.tv_sec;
    return at.tv_sec;
}
"""


class WrongClock:
    """So many seconds ahead (or, below zero, behind) for whatever starts with its `environment`."""

    made = 0

    def __init__(self, folder, seconds=0):
        if not shutil.which("cc"):
            raise SystemExit("A wrong clock needs a C compiler: apt-get install gcc libc6-dev.")
        WrongClock.made += 1
        self.file, library = folder / f"clock-{WrongClock.made}", folder / "wrong_clock.so"
        if not library.exists():
            (folder / "wrong_clock.c").write_text(SOURCE)
            subprocess.run(
                ["cc", "-shared", "-fPIC", "-O1", "-w", "-o", library, folder / "wrong_clock.c", "-ldl"],
                check=True,
            )
        self.file.write_bytes(struct.pack("q", seconds))
        self.environment = {"LD_PRELOAD": str(library), "WRONG_CLOCK": str(self.file)}

    def set(self, seconds):
        """Written in place: those who look at it have it mapped."""
        with open(self.file, "r+b") as file:
            os.pwrite(file.fileno(), struct.pack("q", seconds), 0)
