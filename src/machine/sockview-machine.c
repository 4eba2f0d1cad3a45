/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sockview-machine: one machine of SockView's lab, made without root.
 *
 *   sockview-machine FD IPV4 IPV6
 *   sockview-machine enter PID [COMMAND [ARGUMENT…]]
 *
 * The second one runs a command, or a shell, on the machine that process PID
 * keeps, as the same user, who may see packets there (tcpdump, ping). nsenter(1)
 * does the same but for the packets. The first one makes a machine:
 *
 * It makes a user and a network namespace of its own, brings up lo and a tun
 * device eth0 with the two addresses, and hands the tun's descriptor to its
 * parent over the SOCK_SEQPACKET socket FD. From then on it answers requests
 * "open a socket" with descriptors: a socket stays in the network namespace it
 * was made in. It ends when the parent closes FD or ends in whatever way.
 *
 * A program with threads cannot move into a new user namespace (unshare(2)),
 * which is why this is a program of its own. It uses libc alone.
 *
 * Every message from here is a Reply; each socket comes as a descriptor, and so
 * do, with step "ready", the tun and the one socket that was opened while there
 * were rights: by it the parent can end a socket of this machine (SOCK_DESTROY).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/if_tun.h>
#include <linux/ipv6.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <net/route.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sockview-machine.h"

static void
reply (int parent, const SvMachineReply *message, const int *fds, size_t n_fds)
{
  struct iovec bytes = { (void *) message, sizeof *message };
  union
  {
    struct cmsghdr header;
    char room[CMSG_SPACE (2 * sizeof (int))];
  } control = { 0 };
  struct msghdr out = { .msg_iov = &bytes, .msg_iovlen = 1 };

  if (n_fds > 0)
    {
      out.msg_control = control.room;
      out.msg_controllen = CMSG_SPACE (n_fds * sizeof (int));
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (n_fds * sizeof (int));
      memcpy (CMSG_DATA (&control.header), fds, n_fds * sizeof (int));
    }
  if (sendmsg (parent, &out, MSG_NOSIGNAL) < 0)
    _exit (EXIT_FAILURE);
}

static void
fail (int parent, int step)
{
  reply (parent, &(SvMachineReply){ .step = step, .error = errno }, NULL, 0);
  _exit (EXIT_FAILURE);
}

static int
write_file (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  ssize_t written;

  if (fd < 0)
    return -1;
  written = write (fd, text, strlen (text));
  close (fd);
  return written < 0 ? -1 : 0;
}

/* Up to two numbers from a file of /proc/sys; what can't be read stays as it was. */
static void
read_numbers (const char *path, int *first, int *second)
{
  char text[64] = "";
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  char *end;

  if (fd < 0)
    return;
  if (read (fd, text, sizeof text - 1) > 0)
    {
      *first = (int) strtol (text, &end, 10);
      if (second != NULL)
        *second = (int) strtol (end, NULL, 10);
    }
  close (fd);
}

/* The user stays who they are: nobody becomes root in here. */
static int
make_user_namespace (void)
{
  char map[64];
  uid_t uid = getuid ();
  gid_t gid = getgid ();

  if (unshare (CLONE_NEWUSER) != 0 || write_file ("/proc/self/setgroups", "deny") != 0)
    return -1;
  snprintf (map, sizeof map, "%u %u 1", uid, uid);
  if (write_file ("/proc/self/uid_map", map) != 0)
    return -1;
  snprintf (map, sizeof map, "%u %u 1", gid, gid);
  return write_file ("/proc/self/gid_map", map);
}

static int
bring_up (int control, const char *name)
{
  struct ifreq request = { .ifr_flags = IFF_UP | IFF_RUNNING };

  strncpy (request.ifr_name, name, IFNAMSIZ - 1);
  return ioctl (control, SIOCSIFFLAGS, &request);
}

static int
open_tun (void)
{
  struct ifreq request = { .ifr_name = "eth0", .ifr_flags = IFF_TUN | IFF_NO_PI };
  int fd = open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

  if (fd >= 0 && ioctl (fd, TUNSETIFF, &request) != 0)
    {
      close (fd);
      return -1;
    }
  return fd;
}

static int
set_ipv4 (int control, const char *text)
{
  struct ifreq request = { .ifr_name = "eth0" };
  struct sockaddr_in *address = (struct sockaddr_in *) &request.ifr_addr;
  struct rtentry route = { .rt_flags = RTF_UP, .rt_dev = (char *) "eth0" };

  address->sin_family = AF_INET;
  if (inet_pton (AF_INET, text, &address->sin_addr) != 1)
    {
      errno = EINVAL;
      return -1;
    }
  if (ioctl (control, SIOCSIFADDR, &request) != 0)
    return -1;
  address->sin_addr.s_addr = htonl (0xffffff00);
  if (ioctl (control, SIOCSIFNETMASK, &request) != 0 || bring_up (control, "eth0") != 0)
    return -1;
  route.rt_dst.sa_family = AF_INET;
  route.rt_genmask.sa_family = AF_INET;
  return ioctl (control, SIOCADDRT, &route);
}

/* A machine may live without IPv6: a kernel may have been started so. */
static void
set_ipv6 (const char *text)
{
  int control = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct in6_ifreq request = { .ifr6_prefixlen = 64, .ifr6_ifindex = (int) if_nametoindex ("eth0") };
  struct in6_rtmsg route = { .rtmsg_flags = RTF_UP, .rtmsg_metric = 1, .rtmsg_ifindex = request.ifr6_ifindex };

  if (control < 0)
    return;
  if (inet_pton (AF_INET6, text, &request.ifr6_addr) == 1 && ioctl (control, SIOCSIFADDR, &request) == 0)
    ioctl (control, SIOCADDRT, &route);
  close (control);
}

/* A connection that a person holds on the wire must not die while they read:
 * not its SYN, not its data, not the FIN that its program has left behind. And
 * nobody on this wire answers a router solicitation. */
static void
tune (void)
{
  write_file ("/proc/sys/net/ipv4/tcp_syn_retries", "127");
  write_file ("/proc/sys/net/ipv4/tcp_synack_retries", "255");
  write_file ("/proc/sys/net/ipv4/tcp_retries2", "255");
  write_file ("/proc/sys/net/ipv4/tcp_orphan_retries", "255");
  write_file ("/proc/sys/net/ipv6/conf/default/router_solicitations", "0");
  write_file ("/proc/sys/net/ipv6/conf/default/addr_gen_mode", "1");
  write_file ("/proc/sys/net/ipv6/conf/default/accept_dad", "0");
}

static void
drop_rights (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct none[2] = { 0 };

  syscall (SYS_capset, &header, none);
  prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* From here on it only receives, sends, opens and closes sockets, and ends. */
static void
allow_sockets_only (void)
{
#ifdef ARCHITECTURE
#define ALLOW(call)                                                                                                   \
  BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
  struct sock_filter filter[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, arch)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    ALLOW (SYS_recvfrom),
    ALLOW (SYS_sendmsg),
    ALLOW (SYS_socket),
    ALLOW (SYS_close),
    ALLOW (SYS_exit_group),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
#undef ALLOW
  struct sock_fprog program = { sizeof filter / sizeof filter[0], filter };

  /* A kernel without seccomp serves as well: there are no rights left to misuse. */
  prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
#endif
}

static void
answer_requests (int parent)
{
  SvMachineRequest request;
  ssize_t got;

  while ((got = recv (parent, &request, sizeof request, 0)) != 0)
    {
      if (got < 0 && errno == EINTR)
        continue;
      if (got != (ssize_t) sizeof request)
        return;

      int fd = socket (request.family, request.type | SOCK_CLOEXEC, request.protocol);

      reply (parent, &(SvMachineReply){ .step = SV_MACHINE_STEP_SOCKET, .error = fd < 0 ? errno : 0 }, &fd,
             fd < 0 ? 0 : 1);
      if (fd >= 0)
        {
          close (fd);
          reply (parent, &(SvMachineReply){ .step = SV_MACHINE_STEP_ALONE }, NULL, 0);
        }
    }
}

/* The tun and what can only be opened while there are rights; then none is left. */
static void
get_ready (int parent, int tun)
{
  SvMachineReply ready = { .step = SV_MACHINE_STEP_READY, .unprivileged_start = -1 };
  int fds[] = { tun, socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG) };

  if (fds[1] < 0)
    fail (parent, SV_MACHINE_STEP_ADDRESS);
  read_numbers ("/proc/sys/net/ipv4/ip_local_port_range", &ready.ephemeral_low, &ready.ephemeral_high);
  read_numbers ("/proc/sys/net/ipv4/ip_unprivileged_port_start", &ready.unprivileged_start, NULL);
  drop_rights ();
  /* The parent must be able to enter (nsenter, /proc/PID/ns): new rights made us undumpable, and
   * took away what ends us with the parent. */
  prctl (PR_SET_DUMPABLE, 1, 0, 0, 0);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  allow_sockets_only ();
  reply (parent, &ready, fds, 2);
  close (fds[0]);
  close (fds[1]);
}

static int
keep_only (int parent)
{
  /* 3 … are the parent's: nothing of it is kept but the one socket. */
  if (parent < 0 || fcntl (parent, F_GETFD) < 0)
    return -1;
  if (parent > 3)
    close_range (3, (unsigned) parent - 1, 0);
  close_range ((unsigned) parent + 1, ~0U, 0);
  return fcntl (parent, F_SETFD, FD_CLOEXEC);
}

/* ---- A visitor. */

static int
open_namespace (const char *pid, const char *name)
{
  char path[64];

  snprintf (path, sizeof path, "/proc/%d/ns/%s", atoi (pid), name);
  return open (path, O_RDONLY | O_CLOEXEC);
}

/* After execve(2) an ordinary user has no rights but those that are ambient. */
static void
keep_raw_right (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct rights[2];

  if (syscall (SYS_capget, &header, rights) != 0)
    return;
  rights[0].inheritable |= 1u << CAP_NET_RAW;
  if (syscall (SYS_capset, &header, rights) == 0)
    prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0);
}

static int
enter (const char *pid, char **command)
{
  int user = open_namespace (pid, "user"), network = open_namespace (pid, "net");
  const char *shell = getenv ("SHELL");
  char *usual[] = { (char *) (shell != NULL && *shell != '\0' ? shell : "/bin/sh"), NULL };

  /* Who rules over this computer walks in and stays who they are: tools that
   * give up root, as tcpdump does, find their other user only outside. */
  if (setns (network, CLONE_NEWNET) != 0)
    {
      if (setns (user, CLONE_NEWUSER) != 0 || setns (network, CLONE_NEWNET) != 0)
        {
          fprintf (stderr, "sockview-machine: the machine of process %s cannot be entered: %s\n", pid,
                   strerror (errno));
          return EXIT_FAILURE;
        }
      keep_raw_right ();
    }
  if (*command == NULL)
    command = usual;
  execvp (command[0], command);
  fprintf (stderr, "sockview-machine: %s: %s\n", command[0], strerror (errno));
  return EXIT_FAILURE;
}

int
main (int argc, char *argv[])
{
  int parent = argc == 4 ? atoi (argv[1]) : -1;
  pid_t starter = getppid ();
  int control, tun;

  if (argc >= 3 && strcmp (argv[1], "enter") == 0)
    return enter (argv[2], argv + 3);
  if (argc != 4 || keep_only (parent) != 0)
    {
      fputs ("sockview-machine: it is started by SockView, not by hand\n", stderr);
      return 2;
    }
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != starter)
    return EXIT_FAILURE;
  /* Ctrl+C in a terminal is for the parent alone, which then closes the line. */
  setsid ();

  if (make_user_namespace () != 0)
    fail (parent, SV_MACHINE_STEP_USER_NAMESPACE);
  if (unshare (CLONE_NEWNET) != 0)
    fail (parent, SV_MACHINE_STEP_NETWORK_NAMESPACE);
  tune ();
  tun = open_tun ();
  if (tun < 0)
    fail (parent, SV_MACHINE_STEP_TUN);
  control = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (control < 0 || bring_up (control, "lo") != 0 || set_ipv4 (control, argv[2]) != 0)
    fail (parent, SV_MACHINE_STEP_ADDRESS);
  close (control);
  set_ipv6 (argv[3]);
  get_ready (parent, tun);
  answer_requests (parent);
  _exit (EXIT_SUCCESS);
}
