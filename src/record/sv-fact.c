/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-fact.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

/**
 * sv_clock_now:
 *
 * Returns: CLOCK_MONOTONIC in ns: the clock of all facts
 */
gint64
sv_clock_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

/**
 * sv_actor_ref:
 * @name: (nullable)
 *
 * Many facts have the same actor, and actors come and go without end: each
 * name is kept once, as long as somebody needs it.
 *
 * Returns: (transfer full) (nullable): @name, for sv_actor_unref()
 */
const char *
sv_actor_ref (const char *name)
{
  return name != NULL ? g_ref_string_new_intern (name) : NULL;
}

void
sv_actor_unref (const char *name)
{
  if (name != NULL)
    g_ref_string_release ((char *) name);
}

static SvFact *
fact_new (SvFactKind kind, gint64 time, SvMachineId machine)
{
  SvFact *self = g_atomic_rc_box_new0 (SvFact);

  self->kind = kind;
  self->time = time;
  self->machine = machine;
  self->actor = sv_actor_ref ("");
  return self;
}

/**
 * sv_fact_set_actor:
 *
 * Says whose fact it is, before it is in a recording.
 */
void
sv_fact_set_actor (SvFact *self, const char *actor)
{
  const char *before = self->actor;

  self->actor = sv_actor_ref (actor);
  sv_actor_unref (before);
}

/**
 * sv_fact_new_call:
 *
 * Returns: (transfer full): a call on a TCP socket that succeeded with 0; whoever made it fills in the rest
 */
SvFact *
sv_fact_new_call (gint64 time, SvMachineId machine, SvSide side, const char *actor, const char *name, int fd)
{
  SvFact *self = fact_new (SV_FACT_CALL, time, machine);

  self->side = side;
  sv_fact_set_actor (self, actor);
  self->call.name = g_intern_string (name);
  self->call.fd = fd;
  self->call.protocol = IPPROTO_TCP;
  return self;
}

/**
 * sv_fact_new_packet:
 * @segment: copied; a reference to its bytes is taken
 */
SvFact *
sv_fact_new_packet (gint64 time, SvMachineId machine, SvSide side, const SvSegment *segment)
{
  SvFact *self = fact_new (SV_FACT_PACKET, time, machine);

  self->side = side;
  self->packet = *segment;
  if (segment->bytes != NULL)
    g_bytes_ref (segment->bytes);
  self->packet.from = sv_actor_ref (segment->from);
  self->packet.to = sv_actor_ref (segment->to);
  if (segment->from != NULL)
    sv_fact_set_actor (self, segment->from);
  return self;
}

SvFact *
sv_fact_new_row (gint64 time, SvMachineId machine, const SvRowChange *change)
{
  SvFact *self = fact_new (SV_FACT_ROW, time, machine);

  self->row = *change;
  return self;
}

SvFact *
sv_fact_new_note (gint64 time, SvMachineId machine, const char *format, ...)
{
  SvFact *self = fact_new (SV_FACT_NOTE, time, machine);
  va_list args;

  va_start (args, format);
  self->note = g_strdup_vprintf (format, args);
  va_end (args);
  return self;
}

SvFact *
sv_fact_ref (SvFact *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SvFact *self = data;

  sv_actor_unref (self->actor);
  switch (self->kind)
    {
    case SV_FACT_CALL:
      g_free (self->call.args);
      g_clear_pointer (&self->call.data, g_bytes_unref);
      break;
    case SV_FACT_PACKET:
      g_clear_pointer (&self->packet.bytes, g_bytes_unref);
      sv_actor_unref (self->packet.from);
      sv_actor_unref (self->packet.to);
      break;
    case SV_FACT_NOTE:
      g_free (self->note);
      break;
    case SV_FACT_ROW:
      break;
    default:
      g_assert_not_reached ();
    }
}

void
sv_fact_unref (SvFact *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * sv_fact_get_failure:
 *
 * Returns: the errno of a call that failed, or that told of a connect() that
 *   did; else 0. "Not yet" (EINPROGRESS, EAGAIN) is an answer, no failure.
 */
int
sv_fact_get_failure (const SvFact *self)
{
  if (self->kind != SV_FACT_CALL)
    return 0;
  if (self->call.error == EINPROGRESS || self->call.error == EAGAIN)
    return 0;
  return self->call.error != 0 ? self->call.error : self->call.socket_error;
}

gboolean
sv_fact_failed (const SvFact *self)
{
  return sv_fact_get_failure (self) != 0;
}

const char *
sv_machine_id_to_string (SvMachineId machine)
{
  static const char *const NAMES[SV_N_MACHINES] = { "this", "client", "server" };

  g_return_val_if_fail (machine < SV_N_MACHINES, "this");
  return NAMES[machine];
}

const char *
sv_packet_event_to_string (SvPacketEvent event)
{
  static const char *const NAMES[] = { "sent", "delivered", "dropped", "swallowed" };

  g_return_val_if_fail (event < G_N_ELEMENTS (NAMES), "sent");
  return NAMES[event];
}

/**
 * sv_drop_reason_to_string:
 *
 * Returns: a word for programs: "by-hand"; %NULL where it is not known
 */
const char *
sv_drop_reason_to_string (SvDropReason reason)
{
  static const char *const NAMES[SV_N_DROP_REASONS] = { NULL, "by-hand", "by-chance", "no-way" };

  g_return_val_if_fail (reason < SV_N_DROP_REASONS, NULL);
  return NAMES[reason];
}

/**
 * sv_tcp_flags_to_string:
 *
 * Returns: (transfer full): the control bits as "SYN,ACK"; the bits that open
 *   and end a connection come first
 */
char *
sv_tcp_flags_to_string (guint8 flags)
{
  static const struct { guint8 bit; const char *name; } NAMES[] = {
    { SV_TCP_SYN, "SYN" }, { SV_TCP_FIN, "FIN" }, { SV_TCP_RST, "RST" }, { SV_TCP_PSH, "PSH" },
    { SV_TCP_ACK, "ACK" }, { SV_TCP_URG, "URG" }, { SV_TCP_ECE, "ECE" }, { SV_TCP_CWR, "CWR" },
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    if (flags & NAMES[i].bit)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "," : "", NAMES[i].name);
  return g_string_free (text, FALSE);
}

/**
 * sv_errno_to_name:
 *
 * Returns: the name of errno(3) for @error, "EINPROGRESS"; "" for 0
 */
const char *
sv_errno_to_name (int error)
{
  const char *name = error != 0 ? strerrorname_np (error) : "";

  return name != NULL ? name : "EUNKNOWN";
}
