/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-virtual-machine.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdmessage.h>
#include <glib/gi18n-lib.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sockview-machine.h"
#include "sv-netlink-source.h"

#define HELPER "sockview-machine"
/* Names another helper program, for tests and for who tries one out. */
#define HELPER_VARIABLE "SOCKVIEW_MACHINE"
/* Far more than the two milliseconds it takes; a helper that is stopped must
 * not stop the window. */
#define ANSWER_TIMEOUT_S 5

struct _SvVirtualMachine
{
  GObject parent_instance;

  SvMachineId id;
  SvEndpoint ipv4;
  SvEndpoint ipv6;
  GSubprocess *process;
  GCancellable *cancellable;
  GMutex mutex;    /* of @helper: monitors ask from threads of their own */
  GSocket *helper; /* SOCK_SEQPACKET; NULL once it has ended */
  SvSocketSource *ruler; /* may end sockets of this machine */
  SvPortSpace *ports;
  int tun;
  int pid;
};

enum
{
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void machine_iface_init (SvMachineInterface *iface);

G_DEFINE_QUARK (sv-virtual-machine-error-quark, sv_virtual_machine_error)
G_DEFINE_FINAL_TYPE_WITH_CODE (SvVirtualMachine, sv_virtual_machine, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SV_TYPE_MACHINE, machine_iface_init))

static void
set_step_error (GError **error, int step, int number)
{
  const char *why = g_strerror (number);

  switch (step)
    {
    case SV_MACHINE_STEP_USER_NAMESPACE:
      g_set_error (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_USER_NAMESPACE,
                   _("This system does not let ordinary programs make a user namespace (%s). Its owner can allow it: "
                     "kernel.unprivileged_userns_clone=1 on Debian, kernel.apparmor_restrict_unprivileged_userns=0 on "
                     "Ubuntu, a user.max_user_namespaces above 0 anywhere. Inside a Flatpak it is always forbidden."),
                   why);
      break;
    case SV_MACHINE_STEP_NETWORK_NAMESPACE:
      g_set_error (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_NETWORK_NAMESPACE,
                   _("This system does not let SockView make a network of its own (%s). Its owner can raise "
                     "user.max_net_namespaces."),
                   why);
      break;
    case SV_MACHINE_STEP_TUN:
      g_set_error (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_TUN,
                   _("The device /dev/net/tun can't be used (%s). The system's owner can load the module tun and open "
                     "the device to users: chmod 666 /dev/net/tun."),
                   why);
      break;
    default:
      g_set_error (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_ADDRESS,
                   _("The machine's network card could not be given its address (%s)."), why);
    }
}

static void
close_descriptors (int fds[2])
{
  for (int i = 0; i < 2; i++)
    {
      if (fds[i] >= 0)
        close (fds[i]);
      fds[i] = -1;
    }
}

static void
take_descriptors (GSocketControlMessage **messages, int n_messages, int fds[2])
{
  fds[0] = fds[1] = -1;
  for (int i = 0; i < n_messages; i++)
    {
      if (fds[0] < 0 && G_IS_UNIX_FD_MESSAGE (messages[i]))
        {
          int n;
          g_autofree int *taken = g_unix_fd_message_steal_fds (G_UNIX_FD_MESSAGE (messages[i]), &n);

          for (int j = 0; j < MIN (n, 2); j++)
            fds[j] = taken[j];
        }
      g_object_unref (messages[i]);
    }
  g_free (messages);
}

/* One answer of the helper, with the descriptors it carries, -1 where none. */
static gboolean
receive_reply (SvVirtualMachine *self, SvMachineReply *reply, int fds[2], GError **error)
{
  GInputVector bytes = { reply, sizeof *reply };
  GSocketControlMessage **messages = NULL;
  g_autoptr (GError) why = NULL;
  int n_messages = 0, flags = 0;
  gssize got;

  got = g_socket_receive_message (self->helper, NULL, &bytes, 1, &messages, &n_messages, &flags, NULL, &why);
  take_descriptors (messages, n_messages, fds);
  if (got == (gssize) sizeof *reply)
    return TRUE;
  close_descriptors (fds);
  g_set_error (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_ENDED,
               _("The machine's process (%s) has ended or does not answer: %s"), HELPER,
               why != NULL ? why->message : _("it closed the line."));
  return FALSE;
}

/* A socket, and the word that nobody else has it: while the helper had it open
 * too, close() would not end it. */
static gboolean
receive_socket (SvVirtualMachine *self, SvMachineReply *reply, int fds[2], GError **error)
{
  SvMachineReply alone;
  int none[2];

  if (!receive_reply (self, reply, fds, error))
    return FALSE;
  if (fds[0] < 0 || receive_reply (self, &alone, none, error))
    return TRUE;
  close_descriptors (fds);
  return FALSE;
}

static SvMachineId
get_id (SvMachine *machine)
{
  return SV_VIRTUAL_MACHINE (machine)->id;
}

static int
open_descriptor (SvVirtualMachine *self, int family, int type, int protocol, GError **error)
{
  SvMachineRequest request = { family, type, protocol };
  SvMachineReply reply;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  int fds[2];

  if (self->helper == NULL
      || g_socket_send (self->helper, (const char *) &request, sizeof request, NULL, NULL) != (gssize) sizeof request)
    {
      g_set_error (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_ENDED,
                   _("The machine's process (%s) has ended."), HELPER);
      return -1;
    }
  if (!receive_socket (self, &reply, fds, error))
    {
      /* An answer that came later would be taken for that to another question. */
      g_clear_object (&self->helper);
      g_subprocess_force_exit (self->process);
      return -1;
    }
  if (reply.error != 0 || fds[0] < 0)
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (reply.error), g_strerror (reply.error));
  return fds[0];
}

static GSocket *
open_socket (SvMachine *machine, GSocketFamily family, GSocketType type, GSocketProtocol protocol, GError **error)
{
  int kind = type == G_SOCKET_TYPE_DATAGRAM ? SOCK_DGRAM : SOCK_STREAM;
  int fd = open_descriptor (SV_VIRTUAL_MACHINE (machine), family, kind, MAX (protocol, 0), error);
  GSocket *socket;

  if (fd < 0)
    return NULL;
  socket = g_socket_new_from_fd (fd, error);
  if (socket == NULL)
    close (fd);
  else
    g_socket_set_blocking (socket, FALSE);
  return socket;
}

static SvSocketSource *
open_source (SvMachine *machine, GError **error)
{
  int fd = open_descriptor (SV_VIRTUAL_MACHINE (machine), AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG, error);

  return fd >= 0 ? sv_netlink_source_new (fd, error) : NULL;
}

static GArray *
list_addresses (SvMachine *machine)
{
  SvVirtualMachine *self = SV_VIRTUAL_MACHINE (machine);
  GArray *addresses = g_array_new (FALSE, FALSE, sizeof (SvEndpoint));
  SvEndpoint all[] = { sv_endpoint_any (AF_INET, 0), sv_endpoint_any (AF_INET6, 0), self->ipv4, self->ipv6 };

  g_array_append_vals (addresses, all, G_N_ELEMENTS (all));
  return addresses;
}

static SvPortSpace *
get_port_space (SvMachine *machine)
{
  return SV_VIRTUAL_MACHINE (machine)->ports;
}

static void
machine_iface_init (SvMachineInterface *iface)
{
  iface->get_id = get_id;
  iface->open_socket = open_socket;
  iface->open_source = open_source;
  iface->list_addresses = list_addresses;
  iface->get_port_space = get_port_space;
}

static void
sv_virtual_machine_finalize (GObject *object)
{
  SvVirtualMachine *self = SV_VIRTUAL_MACHINE (object);

  sv_virtual_machine_end (self);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->ports, sv_port_space_free);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (sv_virtual_machine_parent_class)->finalize (object);
}

static void
sv_virtual_machine_class_init (SvVirtualMachineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_virtual_machine_finalize;

  signals[ENDED] = g_signal_new ("ended", SV_TYPE_VIRTUAL_MACHINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
sv_virtual_machine_init (SvVirtualMachine *self)
{
  g_mutex_init (&self->mutex);
  self->tun = -1;
  self->cancellable = g_cancellable_new ();
}

static void
process_ended_cb (GObject *process, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_finish (G_SUBPROCESS (process), result, &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (data, signals[ENDED], 0);
}

/* Beside this program or, in the build folder, in machine/; else where it was installed. */
static char *
find_helper (void)
{
  static const char *const PLACES[] = { ".", "machine" };
  g_autofree char *self_path = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self_path != NULL ? g_path_get_dirname (self_path) : g_strdup (".");
  const char *named = g_getenv (HELPER_VARIABLE);

  if (named != NULL)
    return g_strdup (named);
  for (guint i = 0; i < G_N_ELEMENTS (PLACES); i++)
    {
      g_autofree char *path = g_build_filename (folder, PLACES[i], HELPER, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }
  return g_build_filename (SV_LIBEXECDIR, HELPER, NULL);
}

static gboolean
start_helper (SvVirtualMachine *self, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char *helper = find_helper ();
  g_autofree char *ipv4 = sv_endpoint_address_to_string (&self->ipv4);
  g_autofree char *ipv6 = sv_endpoint_address_to_string (&self->ipv6);
  g_autoptr (GError) why = NULL;
  const char *identifier;
  int line[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, line) != 0)
    {
      g_set_error (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_HELPER,
                   _("No line to the machine could be opened: %s"), g_strerror (errno));
      return FALSE;
    }
  g_subprocess_launcher_take_fd (launcher, line[1], 3);
  self->helper = g_socket_new_from_fd (line[0], NULL);
  g_socket_set_timeout (self->helper, ANSWER_TIMEOUT_S);
  self->process = g_subprocess_launcher_spawn (launcher, &why, helper, "3", ipv4, ipv6, NULL);
  if (self->process == NULL)
    {
      g_set_error (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_HELPER,
                   _("SockView's helper program %s could not be started (%s). Install SockView again: a part of it is "
                     "missing."),
                   HELPER, why->message);
      return FALSE;
    }
  /* None if it has ended already: then it will not answer either. */
  identifier = g_subprocess_get_identifier (self->process);
  self->pid = identifier != NULL ? atoi (identifier) : 0;
  return TRUE;
}

/* @fds: the tun, and the socket that may end others; both are taken. */
static gboolean
take_reply (SvVirtualMachine *self, const SvMachineReply *reply, int fds[2], GError **error)
{
  if (reply->step != SV_MACHINE_STEP_READY || fds[0] < 0 || fds[1] < 0)
    {
      close_descriptors (fds);
      set_step_error (error, reply->step, reply->error);
      return FALSE;
    }
  self->tun = fds[0];
  self->ruler = sv_netlink_source_new (fds[1], error);
  if (reply->ephemeral_low > 0 && reply->ephemeral_low <= reply->ephemeral_high
      && reply->ephemeral_high <= G_MAXUINT16 && reply->unprivileged_start >= 0
      && reply->unprivileged_start <= G_MAXUINT16)
    self->ports = sv_port_space_new_for ((guint16) reply->ephemeral_low, (guint16) reply->ephemeral_high,
                                         (guint16) reply->unprivileged_start, "/etc/services");
  else
    self->ports = sv_port_space_new ("", "/etc/services");
  return self->ruler != NULL;
}

/**
 * sv_virtual_machine_new:
 * @ipv4: the address of its eth0
 * @ipv6: likewise
 *
 * Takes about 2 ms. The error says in one sentence which check failed and what
 * the owner of this computer could do.
 *
 * Returns: (transfer full) (nullable): the machine, up and running
 */
SvVirtualMachine *
sv_virtual_machine_new (SvMachineId id, const SvEndpoint *ipv4, const SvEndpoint *ipv6, GError **error)
{
  g_autoptr (SvVirtualMachine) self = g_object_new (SV_TYPE_VIRTUAL_MACHINE, NULL);
  SvMachineReply reply;
  int fds[2];

  self->id = id;
  self->ipv4 = *ipv4;
  self->ipv6 = *ipv6;
  if (!start_helper (self, error) || !receive_reply (self, &reply, fds, error)
      || !take_reply (self, &reply, fds, error))
    return NULL;
  g_subprocess_wait_async (self->process, self->cancellable, process_ended_cb, self);
  return g_steal_pointer (&self);
}

const SvEndpoint *
sv_virtual_machine_get_address (SvVirtualMachine *self, guint16 family)
{
  return family == AF_INET6 ? &self->ipv6 : &self->ipv4;
}

int
sv_virtual_machine_get_pid (SvVirtualMachine *self)
{
  return self->pid;
}

/**
 * sv_virtual_machine_get_tun:
 *
 * Returns: the descriptor from which the packets that leave the machine are
 *   read, and to which those that reach it are written; not blocking; owned by
 *   the machine
 */
int
sv_virtual_machine_get_tun (SvVirtualMachine *self)
{
  return self->tun;
}

/**
 * sv_virtual_machine_end_socket:
 * @row: a TCP socket of this machine
 *
 * Ends it without its owner's doing, SOCK_DESTROY.
 */
gboolean
sv_virtual_machine_end_socket (SvVirtualMachine *self, const SvSocketRow *row, GError **error)
{
  return sv_netlink_source_destroy (SV_NETLINK_SOURCE (self->ruler), row, error);
}

/* Of the helper's namespaces; for the child, which moves into them. */
typedef struct
{
  int user;
  int network;
} Door;

static void
door_free (gpointer data)
{
  Door *door = data;

  if (door->user >= 0)
    close (door->user);
  if (door->network >= 0)
    close (door->network);
  g_free (door);
}

/* After exec(2) an ordinary user has no rights but those that are ambient: to
 * see packets (tcpdump, ping) is one that nobody is harmed by in here. */
static gboolean
keep_raw_right (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct rights[2];

  if (syscall (SYS_capget, &header, rights) != 0)
    return FALSE;
  rights[0].inheritable |= 1u << CAP_NET_RAW;
  return syscall (SYS_capset, &header, rights) == 0
         && prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0) == 0;
}

/* In the child, between fork(2) and exec(2): system calls only. */
static void
enter_cb (gpointer data)
{
  const Door *door = data;

  /* Who rules over this computer walks in and stays who they are: tools that
   * give up root, as tcpdump does, find their other user only outside. */
  if (setns (door->network, CLONE_NEWNET) != 0
      && (setns (door->user, CLONE_NEWUSER) != 0 || setns (door->network, CLONE_NEWNET) != 0 || !keep_raw_right ()))
    _exit (127);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static int
open_namespace (SvVirtualMachine *self, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/ns/%s", self->pid, name);

  return open (path, O_RDONLY | O_CLOEXEC);
}

/**
 * sv_virtual_machine_prepare_launcher:
 * @launcher: gets a child setup; what it starts lives on this machine, as the
 *   same user, may see packets, and ends with this process
 */
gboolean
sv_virtual_machine_prepare_launcher (SvVirtualMachine *self, GSubprocessLauncher *launcher, GError **error)
{
  Door *door = g_new0 (Door, 1);

  door->user = open_namespace (self, "user");
  door->network = open_namespace (self, "net");
  if (self->helper == NULL || door->user < 0 || door->network < 0)
    {
      door_free (door);
      g_set_error_literal (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_ENDED,
                           _("The machine cannot be entered: its process has ended."));
      return FALSE;
    }
  g_subprocess_launcher_set_child_setup (launcher, enter_cb, door, door_free);
  return TRUE;
}

/**
 * sv_virtual_machine_get_enter_command:
 * @command: (nullable): what to run there; %NULL for a shell
 *
 * Returns: (transfer full): the line that runs it on this machine as the same
 *   user; root needs no rights of inside
 */
char *
sv_virtual_machine_get_enter_command (SvVirtualMachine *self, const char *command)
{
  return g_strdup_printf ("nsenter %s-n -t %d%s%s", geteuid () == 0 ? "" : "--preserve-credentials -U ", self->pid,
                          command != NULL ? " " : "", command != NULL ? command : "");
}

/**
 * sv_virtual_machine_get_shell:
 *
 * Returns: (transfer full): the words that run a shell on this machine as the
 *   same user, who may see packets there, unlike one who came by nsenter(1)
 */
char **
sv_virtual_machine_get_shell (SvVirtualMachine *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *helper = find_helper ();
  g_autofree char *absolute = g_canonicalize_filename (helper, NULL);
  g_autofree char *pid = g_strdup_printf ("%d", self->pid);

  g_strv_builder_add_many (builder, absolute, "enter", pid, NULL);
  return g_strv_builder_end (builder);
}

/**
 * sv_virtual_machine_end:
 *
 * Ends the machine: its process, and with it its network as soon as no socket
 * of it is open.
 */
void
sv_virtual_machine_end (SvVirtualMachine *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->process != NULL)
    g_subprocess_force_exit (self->process);
  if (self->tun >= 0)
    close (self->tun);
  self->tun = -1;
  g_mutex_lock (&self->mutex);
  g_clear_object (&self->helper);
  g_mutex_unlock (&self->mutex);
  g_clear_object (&self->ruler);
  g_clear_object (&self->process);
}
