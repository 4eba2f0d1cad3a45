/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sentences.h"

#include <errno.h>
#include <string.h>

static const char *const CALLS[] = { "socket", "bind", "listen", "accept", "connect", "getsockopt", "setsockopt",
                                     "send", "recv", "shutdown", "close", "accept4", "sendto", "made_up", NULL };

/* Every error number of every call, with and without an address. */
static void
test_every_errno (void)
{
  SvEndpoint v4 = endpoint ("127.0.0.1:9999"), v6 = endpoint ("::1:9999"), bare = endpoint ("10.0.0.1"), none = { 0 };
  const SvEndpoint *places[] = { &v4, &v6, &bare, &none, NULL };

  for (int error = 1; error < 200; error++)
    for (guint call = 0; call < G_N_ELEMENTS (CALLS); call++)
      for (guint i = 0; i < G_N_ELEMENTS (places); i++)
        {
          g_autofree char *text = sv_explain_error (CALLS[call], error, places[i]);
          const char *name = strerrorname_np (error);

          assert_sentence (text);
          if (name != NULL) /* EAGAIN and EWOULDBLOCK are one number */
            g_assert_nonnull (strstr (text, name));
        }
}

static void
test_what_to_do (void)
{
  static const struct { const char *call; int error; const char *place; const char *words; const char *deed; } CASES[] = {
    { "bind", EADDRINUSE, "127.0.0.1:9999", "127.0.0.1:9999 is in use", "Choose another port" },
    { "listen", EADDRINUSE, "127.0.0.1:9999", "Another socket listens on 127.0.0.1:9999", "Choose another port" },
    { "bind", EACCES, "0.0.0.0:80", "Port 80 is privileged", "Choose a higher port" },
    { "bind", EADDRNOTAVAIL, "10.1.2.3:80", "10.1.2.3:80 is no address of this machine", "Choose one" },
    { "connect", EADDRNOTAVAIL, "10.1.2.3:80", "ephemeral ports are taken", "Close some" },
    { "connect", ECONNREFUSED, "127.0.0.1:9999", "nobody listens on 127.0.0.1:9999", "Start the server" },
    { "connect", ETIMEDOUT, "10.1.2.3:80", "10.1.2.3:80 did not answer", "Check the address" },
    { "recv", ETIMEDOUT, "10.1.2.3:80", "no longer answers", "Check the network" },
    { "recv", ECONNRESET, "", "RST", "connect again" },
    { "send", EPIPE, "", "takes nothing more", "connect again" },
    { "accept", EMFILE, "", "as it may", "ulimit -n" },
    { "socket", ENFILE, "", "as this computer allows", "fs.file-max" },
    { "socket", EAFNOSUPPORT, "", "IPv6 is turned off", "Use an IPv4 address" },
    { "connect", ENETUNREACH, "10.1.2.3:80", "no way to 10.1.2.3:80", "Check the address" },
    { "connect", EHOSTUNREACH, "10.1.2.3:80", "10.1.2.3:80 cannot be reached", "Check the address" },
    { "accept", EINVAL, "", "does not listen", "Call listen()" },
    { "listen", EINVAL, "", "cannot do listen()", "begin with a new one" },
    { "send", ENOBUFS, "", "no memory left", "try again" },
    { "send", ENOMEM, "", "memory is used up", "try again" },
    { "connect", EPERM, "", "forbids connect()", "Choose another address" },
    { "recv", EAGAIN, "", "no failure", "Wait" },
    { "connect", EINPROGRESS, "", "no failure", "Wait" },
    { "ioctl", ENOTTY, "", "refused ioctl()", "try again" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      SvEndpoint place = endpoint (CASES[i].place);
      g_autofree char *text = sv_explain_error (CASES[i].call, CASES[i].error, &place);

      g_test_message ("%s", text);
      g_assert_nonnull (strstr (text, CASES[i].words));
      g_assert_nonnull (strstr (text, CASES[i].deed));
    }
}

static void
test_bind (void)
{
  static const struct { const char *bind; gboolean others; const char *words; } CASES[] = {
    { "127.0.0.1:9999", FALSE, "Only programs on this computer" },
    { "127.1.2.3:9999", FALSE, "Only programs on this computer" },
    { "::1:9999", FALSE, "Only programs on this computer" },
    { "[::ffff:127.0.0.1]:9999", FALSE, "Only programs on this computer" },
    { "0.0.0.0:9999", TRUE, "every IPv4 address" },
    { "[::ffff:0.0.0.0]:9999", TRUE, "every IPv4 address" },
    { ":::9999", TRUE, "every IPv4 address, too" },
    { "192.168.1.5:9999", TRUE, "private network" },
    { "10.0.0.1:9999", TRUE, "private network" },
    { "172.16.0.1:9999", TRUE, "private network" },
    { "172.31.255.255:9999", TRUE, "private network" },
    { "172.32.0.1:9999", TRUE, "Internet" },
    { "169.254.3.4:9999", TRUE, "link-local" },
    { "[fe80::1]:9999", TRUE, "link-local" },
    { "[fd00::1]:9999", TRUE, "private network" },
    { "13.51.197.134:9999", TRUE, "Internet" },
    { "[2001:db8::1]:9999", TRUE, "Internet" },
    { "224.0.0.251:9999", TRUE, "Nobody can connect" },
    { "[ff02::fb]:9999", TRUE, "Nobody can connect" },
    { "255.255.255.255:9999", TRUE, "Nobody can connect" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      SvEndpoint bind = endpoint (CASES[i].bind);
      gboolean others = !CASES[i].others;
      g_autofree char *text = sv_explain_bind (SV_MACHINE_THIS, &bind, &others);

      assert_sentence (text);
      g_assert_nonnull (strstr (text, CASES[i].words));
      g_assert_cmpint (others, ==, CASES[i].others);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain/error/every-errno", test_every_errno);
  g_test_add_func ("/explain/error/what-to-do", test_what_to_do);
  g_test_add_func ("/explain/bind", test_bind);
  return g_test_run ();
}
