/* SPDX-License-Identifier: CC0-1.0 */
/* A small TCP client: it sends each line that you type, and shows the answer.
 *
 *   gcc -Wall -o client client.c
 *   ./client [ADDRESS [PORT]]
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

int
main (int argc, char **argv)
{
  struct sockaddr_in server = { .sin_family = AF_INET };
  const char *address = argc > 1 ? argv[1] : "127.0.0.1";
  int port = argc > 2 ? atoi (argv[2]) : 9999;
  char line[4096];

  if (inet_pton (AF_INET, address, &server.sin_addr) != 1)
    {
      fprintf (stderr, "%s is no IPv4 address\n", address);
      return EXIT_FAILURE;
    }
  server.sin_port = htons ((unsigned short) port);

  /* One end of a conversation, without a name yet. */
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  if (fd == -1)
    fail ("socket");

  /* The kernel gives it an address and an ephemeral port,
   * and shakes hands with the server's kernel. */
  if (connect (fd, (struct sockaddr *) &server, sizeof server) == -1)
    fail ("connect");

  while (fgets (line, sizeof line, stdin) != NULL)
    {
      size_t length = strlen (line), received = 0;

      for (size_t sent = 0; sent < length;)
        {
          ssize_t n = send (fd, line + sent, length - sent, MSG_NOSIGNAL);
          if (n == -1)
            fail ("send");
          sent += (size_t) n;
        }

      /* TCP is a stream: the answer may come in pieces. */
      while (received < length)
        {
          ssize_t n = recv (fd, line, length - received, 0);
          if (n == -1)
            fail ("recv");
          if (n == 0)
            {
              fprintf (stderr, "the server has closed the connection\n");
              return EXIT_FAILURE;
            }
          fwrite (line, 1, (size_t) n, stdout);
          received += (size_t) n;
        }
      fflush (stdout);
    }

  /* Goodbye: the kernel sends a FIN. */
  if (close (fd) == -1)
    fail ("close");
  return EXIT_SUCCESS;
}
