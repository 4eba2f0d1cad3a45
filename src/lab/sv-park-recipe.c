/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-park-recipe.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

/* So small that a few KiB fill them. The kernel doubles it, and has a least
 * value of its own: socket(7). */
#define SMALL_BUFFER 2048
/* How long the server wants data first, in seconds. */
#define DEFER_S 30
#define CHUNK 4096

static SvStepResult
result_of (gboolean worked)
{
  return worked ? SV_STEP_DONE : SV_STEP_FAILED;
}

/* ---- Ingredients. */

static SvStepResult
open_server (SvBench *bench, gpointer data)
{
  return result_of (sv_bench_open_server (bench, SV_SLOT_LISTENER));
}

static SvStepResult
bind_and_listen (SvBench *bench, gpointer data)
{
  return result_of (sv_bench_bind (bench, SV_SLOT_LISTENER, &bench->address)
                    && sv_bench_listen (bench, SV_SLOT_LISTENER, 5));
}

/* The accept queue takes one more than that. */
static SvStepResult
bind_and_listen_to_one (SvBench *bench, gpointer data)
{
  return result_of (sv_bench_bind (bench, SV_SLOT_LISTENER, &bench->address)
                    && sv_bench_listen (bench, SV_SLOT_LISTENER, 0));
}

static SvStepResult
defer_accept (SvBench *bench, gpointer data)
{
  return result_of (sv_bench_set (bench, SV_SLOT_LISTENER, IPPROTO_TCP, TCP_DEFER_ACCEPT, DEFER_S,
                                  "IPPROTO_TCP, TCP_DEFER_ACCEPT"));
}

static gboolean
shrink (SvBench *bench, SvSlot slot)
{
  return sv_bench_set (bench, slot, SOL_SOCKET, SO_RCVBUF, SMALL_BUFFER, "SOL_SOCKET, SO_RCVBUF")
         && sv_bench_set (bench, slot, SOL_SOCKET, SO_SNDBUF, SMALL_BUFFER, "SOL_SOCKET, SO_SNDBUF");
}

/* Accepted sockets inherit it. */
static SvStepResult
shrink_server (SvBench *bench, gpointer data)
{
  return result_of (shrink (bench, SV_SLOT_LISTENER));
}

static SvStepResult
open_client (SvBench *bench, gpointer data)
{
  return result_of (sv_bench_open_client (bench, SV_SLOT_CLIENT));
}

static SvStepResult
shrink_client (SvBench *bench, gpointer data)
{
  return result_of (shrink (bench, SV_SLOT_CLIENT));
}

static SvStepResult
begin_connect (SvBench *bench, gpointer data)
{
  return result_of (sv_bench_connect (bench, SV_SLOT_CLIENT, &bench->target));
}

/* Between two machines it takes a while: meanwhile the rows are looked at. */
static SvStepResult
finish_connect (SvBench *bench, SvSlot slot)
{
  SvSocketRow own, peer;

  if (!sv_bench_is_ready (bench, slot, POLLOUT))
    {
      sv_bench_observe (bench, slot, &own, &peer);
      return SV_STEP_WAIT;
    }
  return result_of (sv_bench_finish_connect (bench, slot) == 0);
}

static SvStepResult
await_connect (SvBench *bench, gpointer data)
{
  return finish_connect (bench, SV_SLOT_CLIENT);
}

static SvStepResult
begin_first_connect (SvBench *bench, gpointer data)
{
  return result_of (sv_bench_open_client (bench, SV_SLOT_CLIENT2)
                    && sv_bench_connect (bench, SV_SLOT_CLIENT2, &bench->target));
}

/* Until it is in the accept queue, too: the handshake's last ACK puts it there. */
static SvStepResult
await_first_connect (SvBench *bench, gpointer data)
{
  SvSocketRow own, peer;

  sv_bench_observe (bench, SV_SLOT_CLIENT2, &own, &peer);
  return peer.state == SV_TCP_ESTABLISHED ? finish_connect (bench, SV_SLOT_CLIENT2) : SV_STEP_WAIT;
}

static SvStepResult
accept_client (SvBench *bench, gpointer data)
{
  SvSocketRow own, peer;

  if (!sv_bench_is_ready (bench, SV_SLOT_LISTENER, POLLIN))
    {
      sv_bench_observe (bench, SV_SLOT_CLIENT, &own, &peer);
      return SV_STEP_WAIT;
    }
  return result_of (sv_bench_accept (bench, SV_SLOT_LISTENER, SV_SLOT_SERVER));
}

/* Who wants one connection only does not need to listen any longer. */
static SvStepResult
close_listener (SvBench *bench, gpointer data)
{
  return result_of (sv_bench_close (bench, SV_SLOT_LISTENER));
}

/* Sends until the kernel takes no more: one call a turn. Nobody reads. */
static SvStepResult
fill (SvBench *bench, SvSlot slot)
{
  if (sv_bench_send_bytes (bench, slot, CHUNK) > 0)
    return SV_STEP_WAIT;
  return result_of (bench->last.error == EAGAIN);
}

static SvStepResult
fill_from_client (SvBench *bench, gpointer data)
{
  return fill (bench, SV_SLOT_CLIENT);
}

static SvStepResult
fill_from_server (SvBench *bench, gpointer data)
{
  return fill (bench, SV_SLOT_SERVER);
}

static SvStepResult
shut_down_client (SvBench *bench, gpointer data)
{
  return result_of (sv_bench_shut_down (bench, SV_SLOT_CLIENT));
}

static SvStepResult
shut_down_server (SvBench *bench, gpointer data)
{
  return result_of (sv_bench_shut_down (bench, SV_SLOT_SERVER));
}

static SvStepResult
close_client (SvBench *bench, gpointer data)
{
  return result_of (sv_bench_close (bench, SV_SLOT_CLIENT));
}

static SvStepResult
close_server (SvBench *bench, gpointer data)
{
  return result_of (sv_bench_close (bench, SV_SLOT_SERVER));
}

/* Reads all that the server has sent, up to its FIN. */
static SvStepResult
drain_into_client (SvBench *bench, gpointer data)
{
  gssize n;

  if (!sv_bench_is_ready (bench, SV_SLOT_CLIENT, POLLIN))
    return SV_STEP_WAIT;
  n = sv_bench_recv (bench, SV_SLOT_CLIENT, CHUNK);
  if (n == 0)
    return SV_STEP_DONE;
  return n > 0 || bench->last.error == EAGAIN ? SV_STEP_WAIT : SV_STEP_FAILED;
}

/* The server's end has the client's FIN. */
static SvStepResult
await_fin_at_server (SvBench *bench, gpointer data)
{
  SvSocketRow own, peer;

  sv_bench_observe (bench, SV_SLOT_SERVER, &own, &peer);
  return sv_bench_is_ready (bench, SV_SLOT_SERVER, POLLRDHUP) ? SV_STEP_DONE : SV_STEP_WAIT;
}

/* ---- Recipes. */

#define STEP(function) { NULL, function, 0 }
#define END { NULL, NULL, 0 }
#define CONNECT STEP (open_client), STEP (begin_connect), STEP (await_connect)
#define CONNECTED STEP (open_server), STEP (bind_and_listen), CONNECT, STEP (accept_client), STEP (close_listener)
#define NARROWLY_CONNECTED \
  STEP (open_server), STEP (shrink_server), STEP (bind_and_listen), STEP (open_client), STEP (shrink_client), \
  STEP (begin_connect), STEP (await_connect), STEP (accept_client), STEP (close_listener)

static const SvStep CLOSED[] = { STEP (open_client), END };
static const SvStep LISTEN[] = { STEP (open_server), STEP (bind_and_listen), END };
static const SvStep SYN_SENT[] = { STEP (open_server),         STEP (bind_and_listen_to_one),
                                   STEP (begin_first_connect), STEP (await_first_connect),
                                   STEP (open_client),         STEP (begin_connect), END };
static const SvStep SYN_RECV[] = { STEP (open_server), STEP (defer_accept), STEP (bind_and_listen), CONNECT, END };
static const SvStep UNACCEPTED[] = { STEP (open_server), STEP (bind_and_listen), CONNECT, END };
static const SvStep ESTABLISHED[] = { CONNECTED, END };
static const SvStep FIN_WAIT1[] = { NARROWLY_CONNECTED, STEP (fill_from_client), STEP (close_client), END };
/* FIN_WAIT2 on one side is CLOSE_WAIT on the other. */
static const SvStep HALF_CLOSED[] = { CONNECTED, STEP (shut_down_client), END };
static const SvStep LAST_ACK[] = { NARROWLY_CONNECTED, STEP (fill_from_server), STEP (shut_down_client),
                                   STEP (await_fin_at_server), STEP (close_server), END };
static const SvStep CLOSING[] = { NARROWLY_CONNECTED,       STEP (fill_from_client), STEP (fill_from_server),
                                  STEP (shut_down_client),  STEP (shut_down_server), STEP (drain_into_client), END };
static const SvStep TIME_WAIT[] = { CONNECTED, STEP (close_client), STEP (await_fin_at_server), STEP (close_server),
                                    END };

/* In the order of a connection's life. */
static const SvParkRecipe RECIPES[] = {
  { "CLOSED", SV_TCP_CLOSE, FALSE, SV_SLOT_CLIENT, FALSE, CLOSED },
  { "LISTEN", SV_TCP_LISTEN, FALSE, SV_SLOT_LISTENER, FALSE, LISTEN },
  { "SYN_SENT", SV_TCP_SYN_SENT, FALSE, SV_SLOT_CLIENT, FALSE, SYN_SENT },
  { "SYN_RECV", SV_TCP_SYN_RECV, TRUE, SV_SLOT_CLIENT, TRUE, SYN_RECV },
  { "UNACCEPTED", SV_TCP_ESTABLISHED, TRUE, SV_SLOT_CLIENT, TRUE, UNACCEPTED },
  { "ESTABLISHED", SV_TCP_ESTABLISHED, FALSE, SV_SLOT_SERVER, FALSE, ESTABLISHED },
  { "FIN_WAIT1", SV_TCP_FIN_WAIT1, TRUE, SV_SLOT_CLIENT, FALSE, FIN_WAIT1 },
  { "FIN_WAIT2", SV_TCP_FIN_WAIT2, FALSE, SV_SLOT_CLIENT, FALSE, HALF_CLOSED },
  { "CLOSE_WAIT", SV_TCP_CLOSE_WAIT, FALSE, SV_SLOT_SERVER, FALSE, HALF_CLOSED },
  { "LAST_ACK", SV_TCP_LAST_ACK, TRUE, SV_SLOT_SERVER, FALSE, LAST_ACK },
  { "CLOSING", SV_TCP_CLOSING, FALSE, SV_SLOT_CLIENT, FALSE, CLOSING },
  { "TIME_WAIT", SV_TCP_TIME_WAIT, TRUE, SV_SLOT_CLIENT, FALSE, TIME_WAIT },
};

/**
 * sv_park_recipe_get:
 * @index: from 0 on
 *
 * Returns: (transfer none) (nullable): %NULL behind the last one
 */
const SvParkRecipe *
sv_park_recipe_get (guint index)
{
  return index < G_N_ELEMENTS (RECIPES) ? &RECIPES[index] : NULL;
}

/**
 * sv_park_recipe_find:
 * @name: the recipe's, or a state's as netstat, ss or RFC 9293 spell it, in any case
 *
 * Returns: (transfer none) (nullable)
 */
const SvParkRecipe *
sv_park_recipe_find (const char *name)
{
  SvTcpState state = sv_tcp_state_from_name (name);

  for (guint i = 0; i < G_N_ELEMENTS (RECIPES); i++)
    if (g_ascii_strcasecmp (RECIPES[i].name, name) == 0)
      return &RECIPES[i];
  if (state == SV_TCP_ESTABLISHED)
    return sv_park_recipe_find ("ESTABLISHED");
  for (guint i = 0; i < G_N_ELEMENTS (RECIPES); i++)
    if (state != SV_TCP_NONE && RECIPES[i].state == state)
      return &RECIPES[i];
  return NULL;
}
