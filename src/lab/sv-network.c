/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-network.h"

#include "sv-foreign.h"
#include "sv-nat.h"
#include "sv-owner-finder.h"
#include "sv-row-reader.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>

#define MONITOR_INTERVAL_MS 100

/* The addresses of the text that the program grew from. */
#define CLIENT_IPV4 "172.16.17.74"
#define CLIENT_SEEN_IPV4 "212.50.96.83"
#define SERVER_IPV4 "13.51.197.134"
#define SERVER_INSIDE_IPV4 "172.31.46.24"
#define CLIENT_IPV6 "fd00::17:74"
#define SERVER_IPV6 "fd00::197:134"

struct _SvNetwork
{
  GObject parent_instance;

  SvRecording *recording;
  SvVirtualMachine *machines[2]; /* by SvSide, and so the others */
  SvMonitor *monitors[2];
  SvRowReader *readers[2];
  SvWire *wire;
  SvLab *lab;
  SvOwnerFinder *owner_finder;
  gboolean nat;
  gboolean open;
  gboolean told_forced;
  SvEndpoint server_addresses[2]; /* as the client's machine reaches it: IPv4, IPv6 */
  SvNatRule rules[2];             /* of the router at that machine */
  GHashTable *first_numbers;      /* connection id → sequence number of its SYN */
};

enum
{
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvNetwork, sv_network, G_TYPE_OBJECT)

static SvSide
other (SvSide side)
{
  return side == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
}

static SvMachineId
machine_of (SvSide side)
{
  return side == SV_SIDE_CLIENT ? SV_MACHINE_CLIENT : SV_MACHINE_SERVER;
}

static SvEndpoint
address (const char *text)
{
  SvEndpoint endpoint;

  if (!sv_endpoint_parse (text, 0, &endpoint, NULL))
    g_assert_not_reached ();
  return endpoint;
}

/* ---- The router. */

static gboolean
has_address (const SvEndpoint *endpoint, const SvEndpoint *wanted)
{
  SvEndpoint same_port = *wanted;

  same_port.port = endpoint->port;
  return sv_endpoint_equal (endpoint, &same_port);
}

static void
replace_address (SvEndpoint *endpoint, const SvEndpoint *from, const SvEndpoint *to)
{
  guint16 port = endpoint->port;

  if (!has_address (endpoint, from))
    return;
  *endpoint = *to;
  endpoint->port = port;
}

/* What a packet's two ends are called when it has arrived. */
static void
translate (SvNetwork *self, SvSide from, SvEndpoint *source, SvEndpoint *destination)
{
  if (!self->nat)
    return;
  replace_address (source, &self->rules[from].inside, &self->rules[from].outside);
  replace_address (destination, &self->rules[other (from)].outside, &self->rules[other (from)].inside);
}

/* Two routers at once: source NAT where it leaves, destination NAT where it
 * arrives. A packet to nobody here goes nowhere: there is nothing else. */
static GBytes *
route (const SvWireFlight *flight, gpointer user_data)
{
  SvNetwork *self = user_data;
  SvSide to = other (flight->from);
  gsize length;
  const guint8 *data = g_bytes_get_data (flight->bytes, &length);
  gboolean v6 = data[0] >> 4 == 6;
  const SvEndpoint *target = sv_virtual_machine_get_address (self->machines[to], v6 ? AF_INET6 : AF_INET);
  g_autofree guint8 *bytes = NULL;

  if (!self->nat || v6)
    return memcmp (data + (v6 ? 24 : 16), target->address, v6 ? 16 : 4) == 0 ? g_bytes_ref (flight->bytes) : NULL;
  bytes = g_memdup2 (data, length);
  if (!sv_nat_rewrite (bytes, length, &self->rules[flight->from], SV_NAT_OUTWARD)
      || !sv_nat_rewrite (bytes, length, &self->rules[to], SV_NAT_INWARD))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), length);
}

/* ---- Packets into facts. */

static gboolean
is_first_of (SvNetwork *self, guint id, guint32 seq)
{
  gpointer known;

  return id == 0
         || (g_hash_table_lookup_extended (self->first_numbers, GUINT_TO_POINTER (id), NULL, &known)
             && GPOINTER_TO_UINT (known) != seq);
}

/* A connection of which the client is no socket of ours, or that uses the ends
 * of an older one again, begins with a SYN that nobody announced. */
static guint
meet_syn (SvNetwork *self, const SvPacket *packet, guint id)
{
  SvEndpoint client = packet->source, server = packet->destination;

  if (is_first_of (self, id, packet->seq))
    id = sv_foreign_add (self->recording, &client, &server);
  g_hash_table_insert (self->first_numbers, GUINT_TO_POINTER (id), GUINT_TO_POINTER (packet->seq));
  translate (self, SV_SIDE_CLIENT, &client, &server);
  if (!sv_endpoint_equal (&client, &packet->source) || !sv_endpoint_equal (&server, &packet->destination))
    sv_recording_alias_connection (self->recording, id, &client, &server);
  return id;
}

/* ---- UDP, and the ICMP that answers it. */

static gboolean
has_datagram_server (SvNetwork *self, const SvPacket *packet)
{
  SvEndpoint listener;

  return sv_lab_get_options (self->lab)->kind == SV_KIND_UDP && sv_lab_get_listener_endpoint (self->lab, &listener)
         && listener.port == packet->destination.port;
}

/* Each client of a UDP server begins with a datagram that nobody announced,
 * unless it is connected. */
static guint
meet_datagram (SvNetwork *self, const SvPacket *packet)
{
  SvEndpoint client = packet->source, server = packet->destination;
  SvSocketRow unbound = { .protocol = IPPROTO_UDP, .local = sv_endpoint_any (client.family, client.port) };
  guint id = sv_recording_find_connection (self->recording, &unbound, NULL);

  if (id == 0 && !has_datagram_server (self, packet))
    return 0;
  if (id == 0)
    id = sv_foreign_add_of (self->recording, IPPROTO_UDP, &client, &server);
  else
    sv_recording_name_connection (self->recording, id, &client, &server);
  return id;
}

/* The server's machine knows the client by the address that a router gave it. */
static void
name_sender (SvNetwork *self, const SvPacket *packet, guint id)
{
  const SvConnection *known = sv_recording_get_connection (self->recording, id);
  SvEndpoint client = packet->source, server = packet->destination;

  if (known->sender.family != 0)
    return;
  translate (self, SV_SIDE_CLIENT, &client, &server);
  if (!sv_endpoint_equal (&client, &packet->source) || !sv_endpoint_equal (&server, &packet->destination))
    sv_recording_alias_connection (self->recording, id, &client, &server);
  sv_recording_name_sender (self->recording, id, &client);
}

static guint
find_conversation (SvNetwork *self, const SvPacket *packet, SvSide from, SvSide *side)
{
  SvSocketRow row = { .protocol = IPPROTO_UDP, .local = packet->source, .foreign = packet->destination };
  guint id = sv_recording_find_connection (self->recording, &row, side);

  if (from != SV_SIDE_CLIENT)
    return id;
  if (id == 0)
    id = meet_datagram (self, packet);
  if (id != 0)
    {
      *side = SV_SIDE_CLIENT;
      name_sender (self, packet, id);
    }
  return id;
}

/* An ICMP error carries the beginning of the packet that it is about, RFC 792;
 * whoever answers is the one that it was sent to. */
static guint
find_complaint (SvNetwork *self, const SvWireFlight *flight)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (flight->bytes, &length);
  gboolean v6 = length > 0 && bytes[0] >> 4 == 6;
  gsize inner = (v6 ? 40 : (gsize) (bytes[0] & 0xf) * 4) + 8;
  SvPacket about;
  SvSide side;

  if (length <= inner || bytes[v6 ? 6 : 9] != (v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP)
      || !sv_packet_decode (bytes + inner, length - inner, &about, NULL) || about.protocol != IPPROTO_UDP)
    return 0;
  return find_conversation (self, &about, SV_SIDE_SERVER, &side);
}

/* @side: (out): which end of it the sender is */
static guint
find_connection (SvNetwork *self, const SvWireFlight *flight, SvSide *side)
{
  const SvPacket *packet = &flight->packet;
  SvSocketRow row = { .protocol = IPPROTO_TCP, .local = packet->source, .foreign = packet->destination };
  guint id;

  *side = flight->from;
  if (!flight->known)
    return find_complaint (self, flight);
  if (packet->protocol == IPPROTO_UDP)
    return find_conversation (self, packet, flight->from, side);
  id = sv_recording_find_connection (self->recording, &row, side);
  if (flight->from == SV_SIDE_CLIENT && (packet->flags & (SV_TCP_SYN | SV_TCP_ACK)) == SV_TCP_SYN)
    {
      id = meet_syn (self, packet, id);
      *side = SV_SIDE_CLIENT;
    }
  if (id == 0)
    *side = flight->from;
  return id;
}

/* The addresses of a packet that is neither TCP nor UDP. */
static void
read_addresses (const guint8 *bytes, SvSegment *segment)
{
  gboolean v6 = bytes[0] >> 4 == 6;
  gsize length = v6 ? 16 : 4;

  segment->protocol = bytes[v6 ? 6 : 9];
  segment->source.family = segment->destination.family = v6 ? AF_INET6 : AF_INET;
  memcpy (segment->source.address, bytes + (v6 ? 8 : 12), length);
  memcpy (segment->destination.address, bytes + (v6 ? 24 : 16), length);
}

static void
read_fields (SvSegment *segment, gboolean known)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (segment->bytes, &length);
  SvPacket packet;

  if (!known || !sv_packet_decode (bytes, length, &packet, NULL))
    {
      read_addresses (bytes, segment);
      return;
    }
  segment->protocol = packet.protocol;
  segment->numbers_known = packet.protocol == IPPROTO_TCP;
  segment->flags = packet.flags;
  segment->seq = packet.seq;
  segment->ack = packet.ack;
  segment->length = packet.payload_length;
  segment->source = packet.source;
  segment->destination = packet.destination;
}

static const char *
actor_of (SvNetwork *self, guint connection, SvSide side)
{
  if (connection == 0)
    return "";
  return side == SV_SIDE_SERVER ? sv_recording_get_connection (self->recording, connection)->server_actor
                                : sv_recording_get_connection (self->recording, connection)->actor;
}

static void
record_packet (SvNetwork *self, SvPacketEvent event, const SvWireFlight *flight, guint connection, SvSide side)
{
  gboolean arrived = event == SV_PACKET_DELIVERED;
  SvSegment segment = {
    .event = event,
    .reason = flight->reason,
    .bytes = arrived ? flight->arrived : flight->bytes,
    .from = actor_of (self, connection, side),
    .to = actor_of (self, connection, other (side)),
    .flight = event == SV_PACKET_SWALLOWED ? flight->copy_of : flight->id,
  };
  SvFact *fact;

  read_fields (&segment, flight->known);
  /* A kernel sends it, no program. */
  if (segment.protocol == IPPROTO_ICMP || segment.protocol == IPPROTO_ICMPV6)
    segment.from = "";
  fact = sv_fact_new_packet (sv_clock_now (), machine_of (arrived ? other (flight->from) : flight->from),
                             arrived ? other (side) : side, &segment);
  fact->connection = connection;
  sv_recording_append (self->recording, fact);
}

/* ---- What the two kernels say after a packet: states change without a call. */

static void
read_row (SvNetwork *self, SvSide side, const SvEndpoint *local, const SvEndpoint *foreign, SvSocketRow *row)
{
  if (!sv_row_reader_read_either (self->readers[side], local, foreign, row))
    *row = (SvSocketRow){ .state = SV_TCP_NONE };
}

static void
look_for_datagrams (SvNetwork *self, const SvWireFlight *flight, guint connection)
{
  SvSide from = flight->from;
  SvEndpoint source = flight->packet.source, destination = flight->packet.destination, server;
  gboolean serves = sv_lab_get_options (self->lab)->kind == SV_KIND_UDP
                    && sv_lab_get_listener_endpoint (self->lab, &server);
  SvSocketRow row;

  sv_row_reader_set_datagram_server (self->readers[SV_SIDE_SERVER], serves ? &server : NULL);
  if (sv_row_reader_read_datagram (self->readers[from], &source, &destination, &row) && connection != 0
      && from == SV_SIDE_CLIENT && sv_recording_get_connection (self->recording, connection)->foreign)
    sv_owner_finder_ask (self->owner_finder, connection, row.inode);
  translate (self, from, &source, &destination);
  sv_row_reader_read_datagram (self->readers[other (from)], &destination, &source, &row);
  sv_row_reader_record (self->readers[SV_SIDE_CLIENT]);
  sv_row_reader_record (self->readers[SV_SIDE_SERVER]);
}

static void
look (SvNetwork *self, const SvWireFlight *flight, guint connection)
{
  SvSide from = flight->from;
  SvEndpoint source = flight->packet.source, destination = flight->packet.destination, listener;
  SvSocketRow row;

  if (!flight->known)
    return;
  if (flight->packet.protocol == IPPROTO_UDP)
    {
      look_for_datagrams (self, flight, connection);
      return;
    }
  read_row (self, from, &source, &destination, &row);
  if (connection != 0 && from == SV_SIDE_CLIENT && (flight->packet.flags & SV_TCP_SYN) != 0
      && sv_recording_get_connection (self->recording, connection)->foreign)
    sv_owner_finder_ask (self->owner_finder, connection, row.inode);
  translate (self, from, &source, &destination);
  read_row (self, other (from), &destination, &source, &row);
  if (sv_lab_get_listener_endpoint (self->lab, &listener))
    {
      SvEndpoint any = sv_endpoint_any (listener.family, 0);

      sv_row_reader_read (self->readers[SV_SIDE_SERVER], &listener, &any, &row);
    }
  sv_row_reader_record (self->readers[SV_SIDE_CLIENT]);
  sv_row_reader_record (self->readers[SV_SIDE_SERVER]);
}

static void
tell_forced (SvNetwork *self)
{
  if (self->told_forced || sv_wire_get_n_forced (self->wire) == 0)
    return;
  self->told_forced = TRUE;
  sv_recording_append (self->recording,
                       sv_fact_new_note (sv_clock_now (), SV_MACHINE_CLIENT,
                                         _("More than %u packets are on the wire: from now on the oldest arrives when "
                                           "another one comes."),
                                         SV_WIRE_MAX_FLIGHTS));
}

static void
wire_event_cb (SvWire *wire, int event, gpointer data, gpointer user_data)
{
  SvNetwork *self = user_data;
  const SvWireFlight *flight = data;
  SvSide side;
  guint connection = find_connection (self, flight, &side);

  record_packet (self, (SvPacketEvent) event, flight, connection, side);
  look (self, flight, connection);
  tell_forced (self);
}

static void
owner_found_cb (guint connection, const SvOwner *owner, gpointer user_data)
{
  sv_foreign_set_owner (((SvNetwork *) user_data)->recording, SV_MACHINE_CLIENT, connection, owner);
}

/* ---- The end. */

/* Their kernels are gone, and so are their sockets. */
static void
clear_table (SvNetwork *self, SvMachineId machine)
{
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));
  g_autoptr (GArray) changes
    = sv_row_table_diff (sv_recording_get_table (self->recording, machine), none, sv_clock_now ());

  for (guint i = 0; i < changes->len; i++)
    {
      const SvRowChange *change = &g_array_index (changes, SvRowChange, i);

      sv_recording_append (self->recording, sv_fact_new_row (change->after.seen_at, machine, change));
    }
}

/**
 * sv_network_close:
 *
 * Closes the lab, ends both machines and clears their tables. What is on the
 * wire is lost.
 */
void
sv_network_close (SvNetwork *self)
{
  g_return_if_fail (SV_IS_NETWORK (self));

  if (!self->open)
    return;
  self->open = FALSE;
  sv_lab_stop (self->lab);
  sv_wire_close (self->wire);
  for (int side = 0; side < 2; side++)
    {
      sv_monitor_stop (self->monitors[side]);
      sv_virtual_machine_end (self->machines[side]);
      clear_table (self, machine_of ((SvSide) side));
    }
}

static void
machine_ended_cb (SvVirtualMachine *machine, gpointer user_data)
{
  g_autoptr (SvNetwork) self = g_object_ref (user_data);
  SvMachineId id = sv_machine_get_id (SV_MACHINE (machine));
  const char *sentence = id == SV_MACHINE_CLIENT
                           ? _("The client machine's process has ended. Both machines are closed; start them again.")
                           : _("The server machine's process has ended. Both machines are closed; start them again.");

  if (!self->open)
    return;
  sv_recording_append (self->recording, sv_fact_new_note (sv_clock_now (), id, "%s", sentence));
  sv_network_close (self);
  g_signal_emit (self, signals[ENDED], 0, sentence);
}

/* ---- The object. */

static void
sv_network_dispose (GObject *object)
{
  sv_network_close (SV_NETWORK (object));
  G_OBJECT_CLASS (sv_network_parent_class)->dispose (object);
}

static void
sv_network_finalize (GObject *object)
{
  SvNetwork *self = SV_NETWORK (object);

  g_clear_pointer (&self->owner_finder, sv_owner_finder_free);
  for (int side = 0; side < 2; side++)
    {
      if (self->machines[side] != NULL)
        g_signal_handlers_disconnect_by_data (self->machines[side], self);
      g_clear_object (&self->monitors[side]);
      g_clear_pointer (&self->readers[side], sv_row_reader_free);
      g_clear_object (&self->machines[side]);
    }
  if (self->wire != NULL)
    g_signal_handlers_disconnect_by_data (self->wire, self);
  g_clear_object (&self->wire);
  g_clear_object (&self->lab);
  g_hash_table_unref (self->first_numbers);
  g_object_unref (self->recording);
  G_OBJECT_CLASS (sv_network_parent_class)->finalize (object);
}

static void
sv_network_class_init (SvNetworkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_network_dispose;
  G_OBJECT_CLASS (klass)->finalize = sv_network_finalize;

  signals[ENDED] = g_signal_new ("ended", SV_TYPE_NETWORK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_STRING);
}

static void
sv_network_init (SvNetwork *self)
{
  self->first_numbers = g_hash_table_new (NULL, NULL);
  self->owner_finder = sv_owner_finder_new (owner_found_cb, self);
  self->server_addresses[0] = address (SERVER_IPV4);
  self->server_addresses[1] = address (SERVER_IPV6);
  self->rules[SV_SIDE_CLIENT] = (SvNatRule){ address (CLIENT_IPV4), address (CLIENT_SEEN_IPV4) };
  self->rules[SV_SIDE_SERVER] = (SvNatRule){ address (SERVER_INSIDE_IPV4), address (SERVER_IPV4) };
}

static gboolean
make_machine (SvNetwork *self, SvSide side, const char *ipv4_text, const char *ipv6_text, GError **error)
{
  SvEndpoint ipv4 = address (ipv4_text), ipv6 = address (ipv6_text);

  self->machines[side] = sv_virtual_machine_new (machine_of (side), &ipv4, &ipv6, error);
  if (self->machines[side] == NULL)
    return FALSE;
  self->readers[side] = sv_row_reader_new (self->recording, SV_MACHINE (self->machines[side]), error);
  if (self->readers[side] == NULL)
    return FALSE;
  self->monitors[side] = sv_monitor_new (self->recording, SV_MACHINE (self->machines[side]));
  g_signal_connect (self->machines[side], "ended", G_CALLBACK (machine_ended_cb), self);
  return TRUE;
}

static void
join (SvNetwork *self)
{
  self->wire = sv_wire_new (sv_virtual_machine_get_tun (self->machines[SV_SIDE_CLIENT]),
                            sv_virtual_machine_get_tun (self->machines[SV_SIDE_SERVER]));
  sv_wire_set_router (self->wire, route, self);
  g_signal_connect (self->wire, "event", G_CALLBACK (wire_event_cb), self);
  self->lab = sv_lab_new (self->recording, SV_MACHINE (self->machines[SV_SIDE_CLIENT]),
                          SV_MACHINE (self->machines[SV_SIDE_SERVER]));
  for (guint i = 0; i < G_N_ELEMENTS (self->server_addresses); i++)
    sv_lab_set_server_address (self->lab, &self->server_addresses[i]);
  self->open = TRUE;
  sv_wire_attach (self->wire);
  for (int side = 0; side < 2; side++)
    sv_monitor_start (self->monitors[side], MONITOR_INTERVAL_MS, 0);
}

/**
 * sv_network_new:
 * @nat: whether routers translate addresses
 *
 * Makes the two machines, which takes some milliseconds, and joins them by a
 * wire without delay. To be called, and used, where the default main context runs.
 *
 * Returns: (transfer full) (nullable): %NULL with #SvVirtualMachineError: a
 *   sentence that says which check failed and what the owner of this computer
 *   could do
 */
SvNetwork *
sv_network_new (SvRecording *recording, gboolean nat, GError **error)
{
  g_autoptr (SvNetwork) self = NULL;

  g_return_val_if_fail (SV_IS_RECORDING (recording), NULL);

  self = g_object_new (SV_TYPE_NETWORK, NULL);
  self->recording = g_object_ref (recording);
  self->nat = nat;
  if (!make_machine (self, SV_SIDE_CLIENT, CLIENT_IPV4, CLIENT_IPV6, error)
      || !make_machine (self, SV_SIDE_SERVER, nat ? SERVER_INSIDE_IPV4 : SERVER_IPV4, SERVER_IPV6, error))
    return NULL;
  join (self);
  return g_steal_pointer (&self);
}

/**
 * sv_network_get_lab:
 *
 * Returns: (transfer none): the one door to server and clients, as on this computer
 */
SvLab *
sv_network_get_lab (SvNetwork *self)
{
  return self->lab;
}

SvVirtualMachine *
sv_network_get_machine (SvNetwork *self, SvSide side)
{
  return self->machines[side];
}

/**
 * sv_network_get_monitor:
 *
 * Returns: (transfer none): what reads that machine's whole table, ten times a second
 */
SvMonitor *
sv_network_get_monitor (SvNetwork *self, SvSide side)
{
  return self->monitors[side];
}

/**
 * sv_network_get_wire:
 *
 * Returns: (transfer none): to hold, deliver, drop, delay; its events are recorded already
 */
SvWire *
sv_network_get_wire (SvNetwork *self)
{
  return self->wire;
}

gboolean
sv_network_has_nat (SvNetwork *self)
{
  return self->nat;
}

/**
 * sv_network_get_server_address:
 *
 * Returns: (transfer none): by which address the client's machine reaches the server's
 */
const SvEndpoint *
sv_network_get_server_address (SvNetwork *self, guint16 family)
{
  return &self->server_addresses[family == AF_INET6];
}

/**
 * sv_network_get_outside_address:
 *
 * Returns: (transfer none): what that machine is called by the other one: its
 *   own address, or its router's
 */
const SvEndpoint *
sv_network_get_outside_address (SvNetwork *self, SvSide side, guint16 family)
{
  if (self->nat && family == AF_INET)
    return &self->rules[side].outside;
  return sv_virtual_machine_get_address (self->machines[side], family);
}

gboolean
sv_network_is_open (SvNetwork *self)
{
  return self->open;
}

static gboolean
skip (SvNetwork *self, guint id, SvSide side, gboolean *found, GError **error)
{
  SvEndpoint own, peer;
  SvSocketRow row;
  SvFact *fact;

  sv_connection_get_ends (sv_recording_get_connection (self->recording, id), side, &own, &peer);
  if (own.family == 0)
    return TRUE;
  read_row (self, side, &own, &peer, &row);
  sv_row_reader_record (self->readers[side]);
  if (row.state != SV_TCP_TIME_WAIT)
    return TRUE;
  *found = TRUE;
  if (!sv_virtual_machine_end_socket (self->machines[side], &row, error))
    return FALSE;
  fact = sv_fact_new_note (sv_clock_now (), machine_of (side),
                           _("TIME_WAIT was ended %u s early: SockView asked the kernel to (SOCK_DESTROY)."),
                           (row.timer_ms + 500) / 1000);
  fact->connection = id;
  fact->side = side;
  sv_recording_append (self->recording, fact);
  read_row (self, side, &own, &peer, &row);
  sv_row_reader_record (self->readers[side]);
  return TRUE;
}

/**
 * sv_network_open_peers:
 * @port: that both programs bind, each on its own machine
 *
 * A simultaneous open: sv_lab_open_peers() with the machines' own addresses.
 *
 * Returns: the connection's id, 0 if it failed; behind routers it does: neither
 *   knows the other's own address
 */
guint
sv_network_open_peers (SvNetwork *self, guint16 port, GError **error)
{
  SvEndpoint first, second;

  g_return_val_if_fail (SV_IS_NETWORK (self), 0);

  if (self->nat)
    {
      g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
                           _("Behind routers that translate addresses neither peer can be reached: switch NAT off."));
      return 0;
    }
  first = *sv_virtual_machine_get_address (self->machines[SV_SIDE_CLIENT], AF_INET);
  second = *sv_virtual_machine_get_address (self->machines[SV_SIDE_SERVER], AF_INET);
  first.port = second.port = port;
  return sv_lab_open_peers (self->lab, &first, &second, error);
}

/**
 * sv_network_skip_time_wait:
 *
 * Ends what waits in TIME_WAIT at either end of the connection. The recording
 * says that this was not the kernel's own doing.
 *
 * Returns: %FALSE with %SV_LAB_ERROR_NO_SOCKET if nothing waits
 */
gboolean
sv_network_skip_time_wait (SvNetwork *self, guint connection, GError **error)
{
  gboolean found = FALSE;

  g_return_val_if_fail (SV_IS_NETWORK (self), FALSE);
  g_return_val_if_fail (connection > 0, FALSE);

  if (self->open && connection <= sv_recording_get_n_connections (self->recording)
      && (!skip (self, connection, SV_SIDE_CLIENT, &found, error)
          || !skip (self, connection, SV_SIDE_SERVER, &found, error)))
    return FALSE;
  if (!found)
    g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_NO_SOCKET,
                         _("Neither end of this connection waits in TIME_WAIT."));
  return found;
}

/**
 * sv_network_spawn:
 * @launcher: says where its input comes from and its output goes to
 * @argv: a command and its arguments
 *
 * Starts a program on that machine, as the same user. It ends with this process
 * at the latest.
 */
GSubprocess *
sv_network_spawn (SvNetwork *self, SvSide side, GSubprocessLauncher *launcher, const char *const *argv,
                  GError **error)
{
  g_return_val_if_fail (SV_IS_NETWORK (self), NULL);

  if (!sv_virtual_machine_prepare_launcher (self->machines[side], launcher, error))
    return NULL;
  return g_subprocess_launcher_spawnv (launcher, argv, error);
}
