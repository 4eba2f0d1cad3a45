/* SPDX-License-Identifier: CC0-1.0 */
/* A small TCP server: it sends back what it gets, one client after the other.
 *
 *   gcc -Wall -o server server.c
 *   ./server [PORT]
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Says which call failed and why, and ends. */
static void
fail (const char *call)
{
  perror (call);
  exit (EXIT_FAILURE);
}

/* send() may take only a part of it. */
static void
send_all (int client, const char *data, size_t length)
{
  while (length > 0)
    {
      ssize_t sent = send (client, data, length, MSG_NOSIGNAL);

      if (sent == -1)
        {
          perror ("send");
          return;
        }
      data += sent;
      length -= (size_t) sent;
    }
}

/* Until the client says goodbye: then recv() returns 0. */
static void
serve (int client)
{
  char data[4096];
  ssize_t got;

  while ((got = recv (client, data, sizeof data, 0)) > 0)
    {
      fwrite (data, 1, (size_t) got, stdout);
      fflush (stdout);
      send_all (client, data, (size_t) got);
    }
  if (got == -1)
    perror ("recv");
  if (close (client) == -1)
    perror ("close");
}

int
main (int argc, char **argv)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  int port = argc > 1 ? atoi (argv[1]) : 9999;
  int on = 1;

  /* One end of conversations, without a name yet. */
  int listener = socket (AF_INET, SOCK_STREAM, 0);
  if (listener == -1)
    fail ("socket");

  /* A server that starts again need not wait for TIME_WAIT. */
  if (setsockopt (listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
    fail ("setsockopt");

  /* Its name: an address of this computer, and a port. */
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  address.sin_port = htons ((unsigned short) port);
  if (bind (listener, (struct sockaddr *) &address, sizeof address) == -1)
    fail ("bind");

  /* From here on the kernel takes connections. Five may wait. */
  if (listen (listener, 5) == -1)
    fail ("listen");
  printf ("listening on 127.0.0.1:%d\n", port);
  fflush (stdout);

  for (;;)
    {
      /* A new socket for each client; the listener stays. */
      int client = accept (listener, NULL, NULL);
      if (client == -1)
        fail ("accept");
      serve (client);
    }
}
