/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-explanation.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>

/* Who is meant by an address. */
typedef enum
{
  REACH_ANY_V4,
  REACH_ANY_V6,
  REACH_LOOPBACK,
  REACH_LINK,      /* 169.254.0.0/16, fe80::/10 */
  REACH_PRIVATE,   /* RFC 1918, RFC 4193 */
  REACH_MULTICAST,
  REACH_BROADCAST,
  REACH_WORLD,
} Reach;

static gboolean
in_network (const SvEndpoint *self, const guint8 *network, guint bits)
{
  for (guint i = 0; i < bits; i++)
    if (((self->address[i / 8] ^ network[i / 8]) >> (7 - i % 8) & 1) != 0)
      return FALSE;
  return TRUE;
}

static Reach
classify (const SvEndpoint *plain)
{
  static const struct { guint16 family; guint8 network[4]; guint bits; Reach reach; } NETWORKS[] = {
    { AF_INET, { 169, 254 }, 16, REACH_LINK },       { AF_INET, { 10 }, 8, REACH_PRIVATE },
    { AF_INET, { 172, 16 }, 12, REACH_PRIVATE },     { AF_INET, { 192, 168 }, 16, REACH_PRIVATE },
    { AF_INET, { 224 }, 4, REACH_MULTICAST },        { AF_INET, { 255, 255, 255, 255 }, 32, REACH_BROADCAST },
    { AF_INET6, { 0xfe, 0x80 }, 10, REACH_LINK },    { AF_INET6, { 0xfc }, 7, REACH_PRIVATE },
    { AF_INET6, { 0xff }, 8, REACH_MULTICAST },
  };

  if (sv_endpoint_is_any (plain))
    return plain->family == AF_INET6 ? REACH_ANY_V6 : REACH_ANY_V4;
  if (sv_endpoint_is_loopback (plain))
    return REACH_LOOPBACK;
  for (guint i = 0; i < G_N_ELEMENTS (NETWORKS); i++)
    if (NETWORKS[i].family == plain->family && in_network (plain, NETWORKS[i].network, NETWORKS[i].bits))
      return NETWORKS[i].reach;
  return REACH_WORLD;
}

static void
add_mapped (SvExplanation *self, const SvEndpoint *endpoint)
{
  g_autofree char *mapped = NULL, *address = NULL;
  SvEndpoint plain;

  if (!sv_endpoint_is_v4_mapped (endpoint))
    return;
  plain = sv_endpoint_unmapped (endpoint);
  mapped = sv_endpoint_address_to_string (endpoint);
  address = sv_endpoint_address_to_string (&plain);
  sv_explanation_add (self, C_ ("socket row", "%s is the IPv4 address %s as an IPv6 socket writes it (IPv4-mapped): "
                                              "on the wire this is IPv4."),
                      mapped, address);
}

/* Of a socket that takes what comes: who can reach it. */
static void
add_reach (SvExplanation *self, const SvEndpoint *local)
{
  SvEndpoint plain = sv_endpoint_unmapped (local);
  g_autofree char *address = sv_endpoint_address_to_string (&plain);

  switch (classify (&plain))
    {
    case REACH_ANY_V4:
      sv_explanation_add (self, C_ ("socket row", "%s means every IPv4 address of this computer: others can reach "
                                                  "it, too, where no firewall stops them."), address);
      break;
    case REACH_ANY_V6:
      sv_explanation_add (self, C_ ("socket row", "%s means every IPv6 address of this computer, and every IPv4 "
                                                  "address, too, unless the program has set IPV6_V6ONLY: others can "
                                                  "reach it, where no firewall stops them."), address);
      break;
    case REACH_LOOPBACK:
      sv_explanation_add (self, C_ ("socket row", "%s is the loopback address: only programs on this computer can "
                                                  "reach it."), address);
      break;
    case REACH_LINK:
      sv_explanation_add (self, C_ ("socket row", "%s is a link-local address: only computers on the same network "
                                                  "link can reach it, no router passes it on."), address);
      break;
    case REACH_PRIVATE:
      sv_explanation_add (self, C_ ("socket row", "%s is an address of this computer in a private network: computers "
                                                  "there can reach it, the Internet only where a router lets it in."),
                          address);
      break;
    case REACH_MULTICAST:
      sv_explanation_add (self, C_ ("socket row", "%s is a multicast address: it takes what is sent to a group of "
                                                  "computers."), address);
      break;
    case REACH_BROADCAST:
      sv_explanation_add (self, C_ ("socket row", "%s is the broadcast address: it takes what is sent to everyone on "
                                                  "the network link."), address);
      break;
    case REACH_WORLD:
      sv_explanation_add (self, C_ ("socket row", "%s is an address of this computer: whoever has a way to it can "
                                                  "reach it, where no firewall stops them."), address);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* The same of one of two machines, which nobody but the other one reaches. */
static void
add_reach_on_machine (SvExplanation *self, const SvEndpoint *local)
{
  SvEndpoint plain = sv_endpoint_unmapped (local);
  g_autofree char *address = sv_endpoint_address_to_string (&plain);

  switch (classify (&plain))
    {
    case REACH_ANY_V4:
      sv_explanation_add (self, C_ ("socket row", "%s means every IPv4 address of this machine: the other machine can "
                                                  "reach it, nobody else has a way to it."), address);
      break;
    case REACH_ANY_V6:
      sv_explanation_add (self, C_ ("socket row", "%s means every IPv6 address of this machine, and every IPv4 "
                                                  "address, too, unless the program has set IPV6_V6ONLY: the other "
                                                  "machine can reach it, nobody else has a way to it."), address);
      break;
    case REACH_LOOPBACK:
      sv_explanation_add (self, C_ ("socket row", "%s is the loopback address: only programs on this machine can reach "
                                                  "it, the other machine cannot."), address);
      break;
    case REACH_MULTICAST:
    case REACH_BROADCAST:
      add_reach (self, local);
      break;
    default:
      sv_explanation_add (self, C_ ("socket row", "%s is an address of this machine: the other machine can reach it, "
                                                  "nobody else has a way to it."), address);
    }
}

static void
add_both_ends_on_machine (SvExplanation *self, const SvSocketRow *row, const SvEndpoint *behind)
{
  SvEndpoint local = sv_endpoint_unmapped (&row->local), foreign = sv_endpoint_unmapped (&row->foreign);
  g_autofree char *here = sv_endpoint_address_to_string (&local);
  g_autofree char *there = sv_endpoint_address_to_string (&foreign);

  if (sv_endpoint_is_loopback (&local) && sv_endpoint_is_loopback (&foreign))
    sv_explanation_add (self, C_ ("socket row", "%s is the loopback address: both ends are on this machine."), there);
  else if (g_str_equal (here, there))
    sv_explanation_add (self, C_ ("socket row", "Both ends have the address %s: both are on this machine."), here);
  else if (row->state == SV_TCP_SYN_SENT)
    sv_explanation_add (self, C_ ("socket row", "%s is this machine; it asks %s for a connection."), here, there);
  else
    sv_explanation_add (self, C_ ("socket row", "%s is this machine, %s is the other end."), here, there);
  if (behind != NULL)
    {
      g_autofree char *seen = sv_endpoint_to_string (&foreign);
      g_autofree char *really = sv_endpoint_to_string (behind);

      sv_explanation_add (self, C_ ("socket row", "But %s is the address of a router that translates (NAT): on its own "
                                                  "machine the other end is %s. This machine cannot know that."),
                          seen, really);
    }
  add_mapped (self, &row->foreign);
}

static void
add_both_ends (SvExplanation *self, const SvSocketRow *row)
{
  SvEndpoint local = sv_endpoint_unmapped (&row->local), foreign = sv_endpoint_unmapped (&row->foreign);
  g_autofree char *here = sv_endpoint_address_to_string (&local);
  g_autofree char *there = sv_endpoint_address_to_string (&foreign);

  if (sv_endpoint_is_loopback (&local) && sv_endpoint_is_loopback (&foreign))
    sv_explanation_add (self, C_ ("socket row", "%s is the loopback address: both ends are on this computer."), there);
  else if (g_str_equal (here, there))
    sv_explanation_add (self, C_ ("socket row", "Both ends have the address %s: both are on this computer."), here);
  else if (row->state == SV_TCP_SYN_SENT)
    sv_explanation_add (self, C_ ("socket row", "%s is this computer; it asks %s for a connection."), here, there);
  else
    sv_explanation_add (self, C_ ("socket row", "%s is this computer, %s is the other end."), here, there);
  add_mapped (self, &row->foreign);
}

/* What the addresses of a row mean. */
void
sv_explain_add_addresses (SvExplanation *self, const SvSocketRow *row, const SvRowContext *context)
{
  gboolean here = context->machine == SV_MACHINE_THIS;

  if (row->foreign.family != 0 && !sv_endpoint_is_any (&row->foreign))
    {
      if (here)
        add_both_ends (self, row);
      else
        add_both_ends_on_machine (self, row, context->behind);
      return;
    }
  if (here)
    add_reach (self, &row->local);
  else
    add_reach_on_machine (self, &row->local);
  add_mapped (self, &row->local);
  if (row->foreign.family == 0)
    return;

  g_autofree char *foreign = sv_endpoint_to_string (&row->foreign);
  if (row->state == SV_TCP_LISTEN)
    sv_explanation_add (self, C_ ("socket row", "The foreign address %s stands for nobody: a socket that listens has "
                                                "no peer, each connection gets a row of its own."), foreign);
  else
    sv_explanation_add (self, C_ ("socket row", "The foreign address %s stands for nobody: no peer "
                                                "is fixed."), foreign);
}

/* Of two machines that nobody else reaches: whom the server's address lets in. */
static char *
explain_bind_on_server_machine (Reach reach, const char *address)
{
  switch (reach)
    {
    case REACH_ANY_V4:
      return g_strdup_printf (C_ ("bind", "The client machine can connect: %s means every IPv4 address of the server "
                                          "machine. Nobody else has a way to it."), address);
    case REACH_ANY_V6:
      return g_strdup_printf (C_ ("bind", "The client machine can connect: %s means every IPv6 address of the server "
                                          "machine, and as a rule every IPv4 address, too. Nobody else has a way to "
                                          "it."), address);
    case REACH_LOOPBACK:
      return g_strdup_printf (C_ ("bind", "The client machine cannot connect: %s is the server machine's loopback "
                                          "address, only programs on that machine reach it."), address);
    case REACH_MULTICAST:
    case REACH_BROADCAST:
      return g_strdup_printf (C_ ("bind", "Nobody can connect: %s means many computers at once, and a TCP connection "
                                          "has just two ends."), address);
    default:
      return g_strdup_printf (C_ ("bind", "The client machine can connect if %s is an address of the server machine. "
                                          "Nobody else has a way to it."), address);
    }
}

/**
 * sv_explain_bind:
 * @machine: where the server is
 * @lets_others_in: (out) (optional): whether other computers may be able to
 *   connect; never to a machine of ours
 *
 * Returns: (transfer full): one sentence: who can connect to a server that
 *   listens on that address
 */
char *
sv_explain_bind (SvMachineId machine, const SvEndpoint *bind, gboolean *lets_others_in)
{
  SvEndpoint plain;
  g_autofree char *address = NULL;
  Reach reach;

  g_return_val_if_fail (bind != NULL, NULL);

  plain = sv_endpoint_unmapped (bind);
  address = sv_endpoint_address_to_string (&plain);
  reach = classify (&plain);
  if (lets_others_in != NULL)
    *lets_others_in = machine == SV_MACHINE_THIS && reach != REACH_LOOPBACK;
  if (machine != SV_MACHINE_THIS)
    return explain_bind_on_server_machine (reach, address);
  switch (reach)
    {
    case REACH_ANY_V4:
      return g_strdup_printf (C_ ("bind", "Others can connect: %s means every IPv4 address of this "
                                          "computer."), address);
    case REACH_ANY_V6:
      return g_strdup_printf (C_ ("bind", "Others can connect: %s means every IPv6 address of this computer, "
                                          "and as a rule every IPv4 address, too."),
                              address);
    case REACH_LOOPBACK:
      return g_strdup_printf (C_ ("bind", "Only programs on this computer can connect: %s is its loopback address."),
                              address);
    case REACH_LINK:
      return g_strdup_printf (C_ ("bind", "Computers on the same network link can connect: %s is a link-local "
                                          "address."),
                              address);
    case REACH_PRIVATE:
      return g_strdup_printf (C_ ("bind", "Computers that can reach %s, an address of a private network, can connect."),
                              address);
    case REACH_MULTICAST:
    case REACH_BROADCAST:
      return g_strdup_printf (C_ ("bind", "Nobody can connect: %s means many computers at once, and a TCP connection "
                                          "has just two ends."), address);
    case REACH_WORLD:
      return g_strdup_printf (C_ ("bind", "Computers that can reach %s can connect, the Internet included."), address);
    default:
      g_assert_not_reached ();
    }
}
