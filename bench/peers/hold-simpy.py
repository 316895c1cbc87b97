"""The hold model on SimPy: PENDING WARM_UP EVENTS DELAYS_FILE, or --version.

Runs on SimPy 2 (module SimPy, which Debian packages) and on SimPy 3 and 4 (module simpy). Prints one line of JSON
(see rounds.ts).
"""

import array
import json
import os
import resource
import sys
import time

STRIDE = 40503

try:
    import simpy
except ImportError:
    simpy = None
    import SimPy
    import SimPy.Simulation as simpy2


def resident_bytes():
    """Largest resident memory so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Hold:
    """The counters that all processes share."""

    def __init__(self, warm_up, events, delays):
        self.delays = delays
        self.mask = len(delays) - 1
        self.cursor = 0
        self.hash = 0
        self.left = warm_up
        self.events = events
        self.start = None
        self.bytes_before = resident_bytes()

    def next_delay(self, ident):
        self.hash = (self.hash * 31 + ident) & 0xFFFFFFFF
        cursor = self.cursor = (self.cursor + STRIDE) & self.mask
        self.left -= 1
        if self.left == 0:
            self.turn()
        return self.delays[cursor]

    def turn(self):
        """The warm-up is over, or the measured part."""
        if self.start is None:
            self.start = time.process_time()
            self.left = self.events
            return
        used = time.process_time() - self.start
        grown = resident_bytes() - self.bytes_before
        print(json.dumps({'events': self.events, 'cpuSeconds': used, 'hash': '%x' % self.hash, 'bytes': grown}))
        sys.stdout.flush()
        os._exit(0)


def run_simpy(hold, pending):
    environment = simpy.Environment()

    def process(ident):
        timeout = environment.timeout
        yield timeout(hold.delays[(ident * STRIDE) & hold.mask])
        while True:
            yield timeout(hold.next_delay(ident))

    for ident in range(pending):
        environment.process(process(ident))
    environment.run()


def run_simpy2(hold, pending):
    simulation = simpy2.Simulation()
    simulation.initialize()

    class Sleeper(simpy2.Process):
        def steps(self, ident):
            yield simpy2.hold, self, hold.delays[(ident * STRIDE) & hold.mask]
            while True:
                yield simpy2.hold, self, hold.next_delay(ident)

    for ident in range(pending):
        sleeper = Sleeper(name='', sim=simulation)
        simulation.activate(sleeper, sleeper.steps(ident))
    simulation.simulate(until=float('inf'))


def main(arguments):
    if arguments == ['--version']:
        print(simpy.__version__ if simpy else SimPy.__version__)
        return
    pending, warm_up, events = (int(each) for each in arguments[:3])
    delays = array.array('d')
    with open(arguments[3], 'rb') as file:
        delays.frombytes(file.read())
    hold = Hold(warm_up, events, delays.tolist())
    (run_simpy if simpy else run_simpy2)(hold, pending)


main(sys.argv[1:])
