"""An M/M/1 queue on SimPy 2's Resource: REQUESTS USE. Prints nanoseconds of CPU a request."""

import random
import sys
import time

from SimPy.Simulation import Process, Resource, Simulation, hold, release, request


class Customer(Process):
    def live(self, server, work):
        yield request, self, server
        yield hold, self, work
        yield release, self, server


class Users(Process):
    def come(self, simulation, server, count, use):
        for _ in range(count):
            yield hold, self, random.expovariate(use)
            customer = Customer(sim=simulation)
            simulation.activate(customer, customer.live(server, random.expovariate(1)))


def main():
    count, use = int(sys.argv[1]), float(sys.argv[2])
    random.seed(1)
    simulation = Simulation()
    simulation.initialize()
    server = Resource(capacity=1, sim=simulation)
    users = Users(sim=simulation)
    simulation.activate(users, users.come(simulation, server, count, use))
    start = time.process_time()
    simulation.simulate(until=1e18)
    print(round((time.process_time() - start) * 1e9 / count))


main()
