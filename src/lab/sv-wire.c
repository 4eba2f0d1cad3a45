/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-wire.h"

#include "sv-wire-flight.h"

#include <glib-unix.h>
#include <unistd.h>

#define MAX_PACKET 65536
/* Read at most so many packets a turn, so that a flood does not stop the window. */
#define MAX_READS 256
/* And so many arrive in one turn at most; the rest so much later, in ns. */
#define MAX_ARRIVALS 256
#define REST (2 * 1000 * 1000)

struct _SvWire
{
  GObject parent_instance;

  int tun[2]; /* by SvSide; owned by their machines */
  SvWireRouter router;
  gpointer router_data;
  gint64 hop[2];
  double loss;
  GRand *random;
  gboolean holding;
  gboolean paused;
  gint64 paused_at;
  GPtrArray *flights; /* SvWireFlight, owned, by entering */
  guint64 last_id;
  guint64 n_ignored;
  guint64 n_forced;
  guint64 n_swallowed;
  guint64 n_dropped[SV_N_DROP_REASONS];
  gboolean releasing; /* what the switch holds flies on from the next sv_wire_run() on */
  GSource *source;
  guint8 *buffer; /* MAX_PACKET */
};

typedef struct
{
  GSource source;
  SvWire *wire; /* not owned: the wire owns the source */
} WireSource;

enum
{
  EVENT,
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvWire, sv_wire, G_TYPE_OBJECT)

static void
sv_wire_finalize (GObject *object)
{
  SvWire *self = SV_WIRE (object);

  sv_wire_detach (self);
  g_ptr_array_unref (self->flights);
  g_rand_free (self->random);
  g_free (self->buffer);
  G_OBJECT_CLASS (sv_wire_parent_class)->finalize (object);
}

static void
sv_wire_class_init (SvWireClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_wire_finalize;

  signals[EVENT] = g_signal_new ("event", SV_TYPE_WIRE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                 G_TYPE_INT, G_TYPE_POINTER);
  signals[CHANGED] = g_signal_new ("changed", SV_TYPE_WIRE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sv_wire_init (SvWire *self)
{
  self->flights = g_ptr_array_new_with_free_func ((GDestroyNotify) sv_wire_flight_free);
  self->random = g_rand_new_with_seed (1);
  self->buffer = g_malloc (MAX_PACKET);
}

/**
 * sv_wire_new:
 * @client_tun: the client machine's tun, not blocking; stays the caller's
 * @server_tun: likewise
 */
SvWire *
sv_wire_new (int client_tun, int server_tun)
{
  SvWire *self = g_object_new (SV_TYPE_WIRE, NULL);

  self->tun[SV_SIDE_CLIENT] = client_tun;
  self->tun[SV_SIDE_SERVER] = server_tun;
  return self;
}

void
sv_wire_set_router (SvWire *self, SvWireRouter router, gpointer data)
{
  self->router = router;
  self->router_data = data;
}

/**
 * sv_wire_set_hop:
 * @hop: how long a packet from that end flies, in ns; packets on their way keep theirs
 */
void
sv_wire_set_hop (SvWire *self, SvSide from, gint64 hop)
{
  g_return_if_fail (hop >= 0);

  if (self->hop[from] == hop)
    return;
  self->hop[from] = hop;
  g_signal_emit (self, signals[CHANGED], 0);
}

gint64
sv_wire_get_hop (SvWire *self, SvSide from)
{
  return self->hop[from];
}

/**
 * sv_wire_set_loss:
 * @percent: how many of a hundred packets do not arrive, by chance
 * @seed: of that chance, so that a run can be repeated
 */
void
sv_wire_set_loss (SvWire *self, double percent, guint32 seed)
{
  g_return_if_fail (percent >= 0 && percent <= 100);

  g_rand_set_seed (self->random, seed);
  if (self->loss == percent / 100)
    return;
  self->loss = percent / 100;
  g_signal_emit (self, signals[CHANGED], 0);
}

double
sv_wire_get_loss (SvWire *self)
{
  return self->loss * 100;
}

static void
wake (SvWire *self)
{
  if (self->source != NULL)
    g_source_set_ready_time (self->source, 0);
}

/**
 * sv_wire_set_holding:
 * @holding: whether each new packet stops half way and waits for sv_wire_deliver().
 *   When that ends, what waits flies on.
 */
void
sv_wire_set_holding (SvWire *self, gboolean holding)
{
  holding = !!holding;
  if (self->holding == holding)
    return;
  self->holding = holding;
  self->releasing = !holding;
  wake (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
sv_wire_is_holding (SvWire *self)
{
  return self->holding;
}

/**
 * sv_wire_set_paused:
 *
 * Freezes the wire: nothing arrives, and no time passes for what is on it.
 */
void
sv_wire_set_paused (SvWire *self, gboolean paused, gint64 now)
{
  paused = !!paused;
  if (paused == self->paused)
    return;
  self->paused = paused;
  if (paused)
    self->paused_at = now;
  for (guint i = 0; i < self->flights->len && !paused; i++)
    {
      SvWireFlight *flight = g_ptr_array_index (self->flights, i);
      gint64 stood = now - MAX (self->paused_at, flight->since);

      flight->since += stood;
      if (flight->due != SV_WIRE_HOLD)
        flight->due += stood;
    }
  wake (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
sv_wire_is_paused (SvWire *self)
{
  return self->paused;
}

/* While it is paused no time passes. */
static gint64
get_time (SvWire *self, gint64 now)
{
  return self->paused ? MIN (now, self->paused_at) : now;
}

/**
 * sv_wire_get_progress:
 * @flight: which is on the wire
 * @now: CLOCK_MONOTONIC in ns
 *
 * Returns: how much of its way it has behind it, from 0 to 1: a held packet
 *   stands still, and so does every one while the wire is paused
 */
double
sv_wire_get_progress (SvWire *self, const SvWireFlight *flight, gint64 now)
{
  if (flight->hop == 0)
    return flight->due == SV_WIRE_HOLD ? 0.5 : 1;
  return (double) sv_wire_flight_get_travelled (flight, get_time (self, now)) / (double) flight->hop;
}

/**
 * sv_wire_is_moving:
 * @flight: which is on the wire
 * @now: CLOCK_MONOTONIC in ns
 *
 * Returns: whether it flies, and will be elsewhere a moment later; one that is held flies up to the place where it stands
 */
gboolean
sv_wire_is_moving (SvWire *self, const SvWireFlight *flight, gint64 now)
{
  gint64 end = flight->due == SV_WIRE_HOLD ? flight->stop : flight->hop;

  return !self->paused && sv_wire_flight_get_travelled (flight, now) < end;
}

static void
release (SvWire *self, gint64 now)
{
  gint64 last[2] = { 0, 0 };

  self->releasing = FALSE;
  for (guint i = 0; i < self->flights->len; i++)
    {
      SvWireFlight *flight = g_ptr_array_index (self->flights, i);

      if (flight->due == SV_WIRE_HOLD)
        sv_wire_flight_go_on (flight, last[flight->from], get_time (self, now));
      last[flight->from] = MAX (last[flight->from], flight->due);
    }
}

guint
sv_wire_get_n_flights (SvWire *self)
{
  return self->flights->len;
}

const SvWireFlight *
sv_wire_get_flight (SvWire *self, guint index)
{
  return g_ptr_array_index (self->flights, index);
}

/**
 * sv_wire_get_n_held:
 *
 * Returns: how many packets on the wire wait for somebody to deliver them
 */
guint
sv_wire_get_n_held (SvWire *self)
{
  guint n = 0;

  for (guint i = 0; i < self->flights->len; i++)
    n += ((SvWireFlight *) g_ptr_array_index (self->flights, i))->due == SV_WIRE_HOLD;
  return n;
}

/**
 * sv_wire_get_n_dropped:
 *
 * Returns: how many packets did not arrive for that reason
 */
guint64
sv_wire_get_n_dropped (SvWire *self, SvDropReason reason)
{
  g_return_val_if_fail (reason < SV_N_DROP_REASONS, 0);

  return self->n_dropped[reason];
}

/**
 * sv_wire_get_n_ignored:
 *
 * Returns: how many packets were not carried: damaged ones, and those to many
 *   (multicast, broadcast), which nobody here listens to
 */
guint64
sv_wire_get_n_ignored (SvWire *self)
{
  return self->n_ignored;
}

/**
 * sv_wire_get_n_forced:
 *
 * Returns: how many held packets were delivered because the wire was full
 */
guint64
sv_wire_get_n_forced (SvWire *self)
{
  return self->n_forced;
}

/**
 * sv_wire_get_n_swallowed:
 *
 * Returns: how many copies of segments were kept back
 */
guint64
sv_wire_get_n_swallowed (SvWire *self)
{
  return self->n_swallowed;
}

/* Whether the other machine took it. */
static gboolean
hand_over (SvWire *self, SvWireFlight *flight)
{
  int tun = self->tun[flight->from == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT];
  gconstpointer data;
  gsize length;

  flight->arrived = self->router != NULL ? self->router (flight, self->router_data) : g_bytes_ref (flight->bytes);
  if (flight->arrived == NULL)
    return FALSE;
  data = g_bytes_get_data (flight->arrived, &length);
  return write (tun, data, length) == (gssize) length;
}

/* @reason: why it does not arrive, %SV_DROP_UNKNOWN if it shall */
static void
finish (SvWire *self, guint index, SvDropReason reason)
{
  SvWireFlight *flight = g_ptr_array_steal_index (self->flights, index);

  if (reason == SV_DROP_UNKNOWN && !hand_over (self, flight))
    reason = SV_DROP_NO_WAY;
  flight->reason = reason;
  self->n_dropped[reason] += reason != SV_DROP_UNKNOWN;
  g_signal_emit (self, signals[EVENT], 0, reason == SV_DROP_UNKNOWN ? SV_PACKET_DELIVERED : SV_PACKET_DROPPED, flight);
  sv_wire_flight_free (flight);
}

static int
find_flight (SvWire *self, guint64 id)
{
  for (guint i = 0; i < self->flights->len; i++)
    if (((SvWireFlight *) g_ptr_array_index (self->flights, i))->id == id)
      return (int) i;
  return -1;
}

/**
 * sv_wire_hold:
 *
 * Lets one packet stand where it is now, until it is delivered, dropped, or all
 * are let go.
 *
 * Returns: whether that packet was still on the wire
 */
gboolean
sv_wire_hold (SvWire *self, guint64 id, gint64 now)
{
  int index = find_flight (self, id);
  SvWireFlight *flight;

  if (index < 0)
    return FALSE;
  flight = g_ptr_array_index (self->flights, (guint) index);
  flight->stop = sv_wire_flight_get_travelled (flight, get_time (self, now));
  flight->due = SV_WIRE_HOLD;
  g_signal_emit (self, signals[CHANGED], 0);
  return TRUE;
}

/**
 * sv_wire_deliver:
 *
 * Returns: whether that packet was still on the wire; it has arrived now
 */
gboolean
sv_wire_deliver (SvWire *self, guint64 id)
{
  int index = find_flight (self, id);

  if (index >= 0)
    finish (self, (guint) index, SV_DROP_UNKNOWN);
  return index >= 0;
}

/**
 * sv_wire_drop:
 *
 * Returns: whether that packet was still on the wire; it is lost now
 */
gboolean
sv_wire_drop (SvWire *self, guint64 id)
{
  int index = find_flight (self, id);

  if (index >= 0)
    finish (self, (guint) index, SV_DROP_BY_HAND);
  return index >= 0;
}

/**
 * sv_wire_deliver_all:
 *
 * Everything that is on the wire now arrives, in order; of very many packets
 * most in the next turns of the main loop. Answers that it causes fly as usual.
 */
void
sv_wire_deliver_all (SvWire *self)
{
  gboolean later = self->source != NULL && !self->paused;
  guint n = self->flights->len, n_arrived = 0;

  for (; n > 0 && self->flights->len > 0 && (!later || n_arrived < MAX_ARRIVALS); n--, n_arrived++)
    finish (self, 0, SV_DROP_UNKNOWN);
  for (guint i = 0; i < MIN (n, self->flights->len); i++)
    {
      SvWireFlight *flight = g_ptr_array_index (self->flights, i);

      flight->due = flight->entered;
      flight->lost = FALSE;
    }
  wake (self);
}

/* What leaves later does not arrive earlier, even if hops have become shorter. */
static gint64
find_last_due (SvWire *self, SvSide from)
{
  gint64 last = 0;

  for (guint i = 0; i < self->flights->len; i++)
    {
      const SvWireFlight *flight = g_ptr_array_index (self->flights, i);

      if (flight->from == from && flight->due != SV_WIRE_HOLD)
        last = MAX (last, flight->due);
    }
  return last;
}

static void
enter (SvWire *self, SvSide from, gsize length, gint64 now)
{
  SvWireFlight *flight;

  if (sv_wire_is_ignored (self->buffer, length))
    {
      self->n_ignored++;
      return;
    }
  flight = g_new0 (SvWireFlight, 1);
  flight->id = ++self->last_id;
  flight->from = from;
  flight->entered = flight->since = now;
  flight->due = self->holding ? SV_WIRE_HOLD : MAX (now + self->hop[from], find_last_due (self, from));
  flight->hop = self->holding ? self->hop[from] : flight->due - now;
  flight->stop = flight->hop / 2;
  flight->known = sv_packet_decode (self->buffer, length, &flight->packet, NULL);
  flight->lost = self->loss > 0 && g_rand_double (self->random) < self->loss;
  flight->bytes = g_bytes_new (self->buffer, length);
  if (sv_wire_flight_count_copy (self->flights, flight))
    {
      self->n_swallowed++;
      g_signal_emit (self, signals[EVENT], 0, SV_PACKET_SWALLOWED, flight);
      sv_wire_flight_free (flight);
      return;
    }
  g_ptr_array_add (self->flights, flight);
  g_signal_emit (self, signals[EVENT], 0, SV_PACKET_SENT, flight);
  if (self->flights->len > SV_WIRE_MAX_FLIGHTS)
    {
      self->n_forced++;
      finish (self, 0, SV_DROP_UNKNOWN);
    }
}

static void
read_tun (SvWire *self, SvSide from, gint64 now)
{
  for (int i = 0; i < MAX_READS; i++)
    {
      gssize got = read (self->tun[from], self->buffer, MAX_PACKET);

      if (got <= 0)
        return;
      enter (self, from, (gsize) got, now);
    }
}

/* Index of the flight that arrives first at or before @now, -1 if none. */
static int
find_due (SvWire *self, gint64 now, gint64 *next)
{
  int found = -1;

  *next = SV_WIRE_HOLD;
  for (guint i = 0; i < self->flights->len; i++)
    {
      SvWireFlight *flight = g_ptr_array_index (self->flights, i);

      if (flight->due < *next)
        {
          *next = flight->due;
          found = (int) i;
        }
    }
  return *next <= now ? found : -1;
}

/**
 * sv_wire_run:
 * @now: CLOCK_MONOTONIC in ns
 *
 * Takes up what left the machines and delivers what is due.
 *
 * Returns: when something is due next, -1 if nothing is
 */
gint64
sv_wire_run (SvWire *self, gint64 now)
{
  guint n_arrived = 0;
  gint64 next;
  int index;

  read_tun (self, SV_SIDE_CLIENT, now);
  read_tun (self, SV_SIDE_SERVER, now);
  if (self->releasing)
    release (self, now);
  if (self->paused)
    return -1;
  while ((index = find_due (self, now, &next)) >= 0)
    {
      SvWireFlight *flight = g_ptr_array_index (self->flights, (guint) index);

      /* A window that draws between them stays smooth. */
      if (n_arrived++ == MAX_ARRIVALS)
        return now + REST;
      finish (self, (guint) index, flight->lost ? SV_DROP_BY_CHANCE : SV_DROP_UNKNOWN);
    }
  return next == SV_WIRE_HOLD ? -1 : next;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  SvWire *self = ((WireSource *) source)->wire;
  gint64 next = sv_wire_run (self, sv_clock_now ());

  if (self->source != NULL)
    g_source_set_ready_time (source, next < 0 ? -1 : next / 1000 + 1);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs wire_source_funcs = { .dispatch = dispatch };

void
sv_wire_attach (SvWire *self)
{
  g_return_if_fail (self->source == NULL);

  self->source = g_source_new (&wire_source_funcs, sizeof (WireSource));
  g_source_set_static_name (self->source, "SvWire");
  ((WireSource *) self->source)->wire = self;
  g_source_add_unix_fd (self->source, self->tun[SV_SIDE_CLIENT], G_IO_IN);
  g_source_add_unix_fd (self->source, self->tun[SV_SIDE_SERVER], G_IO_IN);
  g_source_set_ready_time (self->source, 0);
  g_source_attach (self->source, NULL);
}

void
sv_wire_detach (SvWire *self)
{
  if (self->source == NULL)
    return;
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

void
sv_wire_close (SvWire *self)
{
  sv_wire_detach (self);
  while (self->flights->len > 0)
    finish (self, 0, SV_DROP_NO_WAY);
  self->tun[SV_SIDE_CLIENT] = self->tun[SV_SIDE_SERVER] = -1;
}
