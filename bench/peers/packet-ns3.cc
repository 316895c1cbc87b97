// Packets through a leaf-spine fabric in ns-3: ROUTING TRAFFIC SECONDS LOAD COUNT TABLE_FILE.
//
// ROUTING is `table` (a look-up by index of our own, the least that ns-3 can do) or `global` (Ipv4GlobalRouting with equal-cost
// paths at random, what its users have). TRAFFIC is `poisson`, `cbr` or `tcp`. COUNT 1 counts packets in each port by trace sources,
// in a run of its own, because that costs time. The fabric and the traffic are those of bench/packet-program.ts.
// Prints one line of JSON (see rounds.ts).
#include <ns3/applications-module.h>
#include <ns3/core-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>
#include <ns3/point-to-point-module.h>
#include <ns3/traffic-control-module.h>
#include <sys/resource.h>

#include <cinttypes>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

using namespace ns3;

namespace {

const uint32_t kHosts = 32, kRacks = 4, kSpines = 4, kPerRack = kHosts / kRacks;
const uint32_t kFlowsPerHost = 4;
const uint32_t kWireBytes = 1500, kHeaderBytes = 30;  // PPP 2, IPv4 20, UDP 8
const uint32_t kStride = 40503;
const uint32_t kQueuePackets = 100;
const uint16_t kFirstPort = 10000, kSinkPort = 5001;
const double kBytesPerNs = 1.25;

/** Cables between two ends need no ARP, so the next hop may be any address but the empty one. */
const Ipv4Address kNextHop("10.1.255.254");

std::vector<double> table;
bool measuring = false;
uint64_t sent = 0, hops = 0, lost = 0, delivered = 0, deliveredBytes = 0;
double delaySumNs = 0;

double CpuSeconds() {
  rusage used;
  getrusage(RUSAGE_SELF, &used);
  return used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1e-6 * (used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

uint32_t Mix(uint32_t h, uint32_t word) {
  h ^= word;
  h *= 0x85ebca6b;
  h ^= h >> 13;
  h *= 0xc2b2ae35;
  return h ^ (h >> 16);
}

/** The hash of models/network/packet/ecmp.ts. */
uint32_t FiveTuple(uint32_t seed, uint32_t from, uint32_t to, uint32_t protocol, uint32_t fromPort, uint32_t toPort) {
  return Mix(Mix(Mix(Mix(Mix(0x9747b28c, seed), from), to), (fromPort << 16) | toPort), protocol);
}

uint32_t HostAddress(uint32_t host) { return 0x0a000000u + host + 1; }

/** Chooses the port by an index: a host knows one port, a leaf its hosts and its spines, a spine its leaves. */
class TableRouting : public Ipv4RoutingProtocol {
 public:
  enum Role { HOST, LEAF, SPINE };
  TableRouting(Role role, uint32_t number) : m_role(role), m_number(number) {}
  void AddPort(Ptr<NetDevice> device, Ipv4Address gateway) {
    Ptr<Ipv4Route> route = Create<Ipv4Route>();
    route->SetOutputDevice(device);
    route->SetGateway(gateway);
    m_routes.push_back(route);
  }
  void SetOwn(Ipv4Address own) {
    m_own = own;
    for (auto& route : m_routes) route->SetSource(own);
  }
  Ptr<Ipv4Route> RouteOutput(Ptr<Packet>, const Ipv4Header&, Ptr<NetDevice>, Socket::SocketErrno& error) override {
    error = Socket::ERROR_NOTERROR;
    return m_routes[0];
  }
  bool RouteInput(Ptr<const Packet> packet, const Ipv4Header& header, Ptr<const NetDevice>, UnicastForwardCallback forward,
                  MulticastForwardCallback, LocalDeliverCallback local, ErrorCallback) override {
    if (m_role == HOST) {
      local(packet, header, 1);
      return true;
    }
    forward(m_routes[PortOf(packet, header)], packet, header);
    return true;
  }
  void NotifyInterfaceUp(uint32_t) override {}
  void NotifyInterfaceDown(uint32_t) override {}
  void NotifyAddAddress(uint32_t, Ipv4InterfaceAddress) override {}
  void NotifyRemoveAddress(uint32_t, Ipv4InterfaceAddress) override {}
  void SetIpv4(Ptr<Ipv4>) override {}
  void PrintRoutingTable(Ptr<OutputStreamWrapper>, Time::Unit) const override {}

 private:
  uint32_t PortOf(Ptr<const Packet> packet, const Ipv4Header& header) const {
    const uint32_t to = header.GetDestination().Get() - HostAddress(0);
    if (m_role == SPINE) return to / kPerRack;
    if (to / kPerRack == m_number) return to % kPerRack;
    uint8_t ports[4];
    packet->CopyData(ports, 4);
    const uint32_t hash = FiveTuple(kHosts + m_number, header.GetSource().Get(), header.GetDestination().Get(),
                                    header.GetProtocol(), (ports[0] << 8) | ports[1], (ports[2] << 8) | ports[3]);
    return kPerRack + hash % kSpines;
  }
  Role m_role;
  uint32_t m_number;
  Ipv4Address m_own;
  std::vector<Ptr<Ipv4Route>> m_routes;
};

struct Flow {
  uint32_t number, from, to;
  double gapNs;
  bool poisson;
  uint32_t sent;
  Ptr<Socket> socket;
};
std::vector<Flow> flows;
uint64_t endNs = 0;

uint64_t GapNs(const Flow& flow) {
  if (!flow.poisson) return static_cast<uint64_t>(flow.gapNs);
  const uint32_t at = (flow.number * 7919 + flow.sent * kStride) & (table.size() - 1);
  const uint64_t gap = static_cast<uint64_t>(std::floor(flow.gapNs * table[at] + 0.5));
  return gap;
}

void Send(Flow* flow) {
  if (measuring) {
    static uint8_t payload[kWireBytes - kHeaderBytes];
    const uint64_t bornNs = Simulator::Now().GetNanoSeconds();
    std::memcpy(payload, &bornNs, sizeof bornNs);
    flow->socket->Send(Create<Packet>(payload, sizeof payload));
  } else {
    // No contents: cheapest for ns-3, which then keeps only their length.
    flow->socket->Send(Create<Packet>(kWireBytes - kHeaderBytes));
  }
  sent++;
  flow->sent++;
  const uint64_t gap = GapNs(*flow);
  if (Simulator::Now().GetNanoSeconds() + gap < endNs) Simulator::Schedule(NanoSeconds(gap), &Send, flow);
}

void Received(Ptr<Socket> socket) {
  while (Ptr<Packet> packet = socket->Recv()) {
    delivered++;
    if (measuring) {
      uint64_t bornNs;
      packet->CopyData(reinterpret_cast<uint8_t*>(&bornNs), sizeof bornNs);
      delaySumNs += Simulator::Now().GetNanoSeconds() - bornNs;
    }
    deliveredBytes += packet->GetSize();
  }
}

void CountHop(Ptr<const Packet>) { hops++; }
void CountLost(Ptr<const Packet>) { lost++; }

bool ReadTable(const char* path) {
  FILE* file = std::fopen(path, "rb");
  if (!file) return false;
  double value;
  while (std::fread(&value, sizeof value, 1, file) == 1) table.push_back(value);
  std::fclose(file);
  return !table.empty() && (table.size() & (table.size() - 1)) == 0;
}

std::vector<Ptr<TableRouting>> routings;

void InstallTable(Ptr<Node> node, Ptr<TableRouting> routing, Ipv4Address own) {
  Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
  routing->SetOwn(own);
  ipv4->SetRoutingProtocol(routing);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7 || !ReadTable(argv[6])) {
    std::fprintf(stderr, "usage: packet-ns3 table|global poisson|cbr|tcp SECONDS LOAD COUNT TABLE_FILE\n");
    return 2;
  }
  const bool own = std::string(argv[1]) == "table";
  const std::string traffic = argv[2];
  const double seconds = std::atof(argv[3]), load = std::atof(argv[4]);
  const bool counting = std::atoi(argv[5]) != 0;
  measuring = counting;
  const bool tcp = traffic == "tcp";
  endNs = static_cast<uint64_t>(seconds * 1e9 + 0.5);
  Config::SetDefault("ns3::Ipv4GlobalRouting::RandomEcmpRouting", BooleanValue(true));
  Config::SetDefault("ns3::TcpL4Protocol::SocketType", StringValue("ns3::TcpNewReno"));
  Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1446));
  Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1 << 21));
  Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1 << 21));

  NodeContainer hosts, leaves, spines;
  hosts.Create(kHosts);
  leaves.Create(kRacks);
  spines.Create(kSpines);
  InternetStackHelper stack;
  stack.SetIpv6StackInstall(false);
  stack.InstallAll();

  PointToPointHelper cable;
  cable.SetDeviceAttribute("DataRate", StringValue("10Gbps"));
  cable.SetDeviceAttribute("Mtu", UintegerValue(1500));
  cable.SetChannelAttribute("Delay", StringValue("1us"));
  cable.SetQueue("ns3::DropTailQueue", "MaxSize", QueueSizeValue(QueueSize(QueueSizeUnit::PACKETS, kQueuePackets)));
  std::vector<NetDeviceContainer> hostCables, trunks;
  for (uint32_t host = 0; host < kHosts; host++) hostCables.push_back(cable.Install(hosts.Get(host), leaves.Get(host / kPerRack)));
  for (uint32_t rack = 0; rack < kRacks; rack++)
    for (uint32_t spine = 0; spine < kSpines; spine++) trunks.push_back(cable.Install(leaves.Get(rack), spines.Get(spine)));

  // Drop-tail at the device alone: a queue discipline on top would cost ns-3 time and queue elsewhere than we do.
  TrafficControlHelper control;
  Ipv4AddressHelper addresses;
  std::vector<Ipv4Address> hostAddress;
  if (own) {
    // Every host's address is known by number; the other ends of cables need one, but nobody asks for it.
    auto assign = [](Ptr<NetDevice> device, Ipv4Address address) {
      Ptr<Ipv4> ipv4 = device->GetNode()->GetObject<Ipv4>();
      const uint32_t interface = ipv4->AddInterface(device);
      ipv4->AddAddress(interface, Ipv4InterfaceAddress(address, Ipv4Mask("255.255.255.255")));
      ipv4->SetMetric(interface, 1);
      ipv4->SetUp(interface);
    };
    uint32_t other = 0x0a010001;
    for (uint32_t host = 0; host < kHosts; host++) {
      assign(hostCables[host].Get(0), Ipv4Address(HostAddress(host)));
      hostAddress.push_back(Ipv4Address(HostAddress(host)));
      assign(hostCables[host].Get(1), Ipv4Address(other++));
    }
    for (auto& trunk : trunks)
      for (uint32_t end = 0; end < 2; end++) assign(trunk.Get(end), Ipv4Address(other++));
    for (uint32_t host = 0; host < kHosts; host++) {
      Ptr<TableRouting> routing = Create<TableRouting>(TableRouting::HOST, host);
      routing->AddPort(hostCables[host].Get(0), kNextHop);
      InstallTable(hosts.Get(host), routing, hostAddress[host]);
    }
    for (uint32_t rack = 0; rack < kRacks; rack++) {
      Ptr<TableRouting> routing = Create<TableRouting>(TableRouting::LEAF, rack);
      for (uint32_t i = 0; i < kPerRack; i++) routing->AddPort(hostCables[rack * kPerRack + i].Get(1), kNextHop);
      for (uint32_t spine = 0; spine < kSpines; spine++) routing->AddPort(trunks[rack * kSpines + spine].Get(0), kNextHop);
      InstallTable(leaves.Get(rack), routing, Ipv4Address("10.1.0.1"));
    }
    for (uint32_t spine = 0; spine < kSpines; spine++) {
      Ptr<TableRouting> routing = Create<TableRouting>(TableRouting::SPINE, spine);
      for (uint32_t rack = 0; rack < kRacks; rack++) routing->AddPort(trunks[rack * kSpines + spine].Get(1), kNextHop);
      InstallTable(spines.Get(spine), routing, Ipv4Address("10.1.0.1"));
    }
  } else {
    addresses.SetBase("10.0.0.0", "255.255.255.252");
    auto assign = [&](NetDeviceContainer& devices) {
      Ipv4InterfaceContainer ends = addresses.Assign(devices);
      control.Uninstall(devices);
      addresses.NewNetwork();
      return ends.GetAddress(0);
    };
    for (auto& devices : hostCables) hostAddress.push_back(assign(devices));
    for (auto& devices : trunks) assign(devices);
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();
  }

  if (counting) {
    auto count = [](NetDeviceContainer& devices) {
      for (uint32_t end = 0; end < 2; end++) {
        devices.Get(end)->TraceConnectWithoutContext("PhyTxEnd", MakeCallback(&CountHop));
        devices.Get(end)->TraceConnectWithoutContext("MacTxDrop", MakeCallback(&CountLost));
      }
    };
    for (auto& devices : hostCables) count(devices);
    for (auto& devices : trunks) count(devices);
  }

  const uint32_t strides[kFlowsPerHost] = {1, 9, 14, 23};
  flows.resize(kHosts * kFlowsPerHost);
  if (tcp) {
    for (uint32_t host = 0; host < kHosts; host++) {
      PacketSinkHelper sink("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), kSinkPort));
      sink.Install(hosts.Get(host)).Start(Seconds(0));
    }
  } else {
    for (uint32_t host = 0; host < kHosts; host++) {
      Ptr<Socket> sink = Socket::CreateSocket(hosts.Get(host), UdpSocketFactory::GetTypeId());
      sink->Bind(InetSocketAddress(Ipv4Address::GetAny(), kSinkPort));
      sink->SetRecvCallback(MakeCallback(&Received));
    }
  }
  std::vector<Ptr<PacketSink>> sinks;
  for (uint32_t i = 0; i < flows.size(); i++) {
    Flow& flow = flows[i];
    flow.number = i;
    flow.from = i / kFlowsPerHost;
    flow.to = (flow.from + strides[i % kFlowsPerHost]) % kHosts;
    flow.poisson = traffic == "poisson";
    flow.gapNs = std::floor(kWireBytes / kBytesPerNs / (load / kFlowsPerHost) + 0.5);
    flow.sent = 0;
    const InetSocketAddress to(hostAddress[flow.to], kSinkPort);
    if (tcp) {
      BulkSendHelper bulk("ns3::TcpSocketFactory", to);
      bulk.SetAttribute("SendSize", UintegerValue(1446 * 16));
      bulk.Install(hosts.Get(flow.from)).Start(NanoSeconds(1 + i * 97));
      continue;
    }
    flow.socket = Socket::CreateSocket(hosts.Get(flow.from), UdpSocketFactory::GetTypeId());
    flow.socket->Bind(InetSocketAddress(hostAddress[flow.from], kFirstPort + i));
    flow.socket->Connect(to);
    // The first packets are spread over one gap, so that no two hosts begin together.
    const uint64_t start = static_cast<uint64_t>(std::floor(flow.gapNs * i / flows.size()));
    Simulator::Schedule(NanoSeconds(start), &Send, &flow);
  }
  if (tcp) Simulator::Stop(NanoSeconds(endNs));
  const double start = CpuSeconds();
  Simulator::Run();
  const double used = CpuSeconds() - start;
  if (tcp)
    for (uint32_t host = 0; host < kHosts; host++)
      deliveredBytes += hosts.Get(host)->GetApplication(0)->GetObject<PacketSink>()->GetTotalRx();
  std::printf("{\"events\":%" PRIu64 ",\"cpuSeconds\":%.6f,\"hash\":\"%" PRIu64 "\",\"bytes\":0,\"delivered\":%" PRIu64
              ",\"lost\":%" PRIu64 ",\"delaySumNs\":%.0f,\"deliveredBytes\":%" PRIu64 ",\"simulatorEvents\":%" PRIu64 "}\n",
              counting ? hops : 1, used, delivered, delivered, tcp ? lost : sent - delivered, delaySumNs, deliveredBytes, Simulator::GetEventCount());
  std::fflush(stdout);
  std::_Exit(0);
}
