/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-server-form.h"

#include <glib/gi18n-lib.h>

#include "sv-explain.h"

struct _SvServerForm
{
  GObject parent_instance;

  SvMachineId machine; /* where the server will be */
  char *address;
  char *problem;
  guint port;
  guint backlog;
  gboolean echo;
  gboolean hold_accept;
  guint kind; /* SvKind */
  gboolean v6_only;
  char *path; /* of the UNIX domain; "" for one of our choice */

  char *resolved_name; /* the name that @resolved answers, or NULL */
  SvEndpoint resolved;
  GCancellable *lookup; /* while a name is being looked up */
};

enum
{
  PROP_ADDRESS = 1,
  PROP_PORT,
  PROP_BACKLOG,
  PROP_ECHO,
  PROP_HOLD_ACCEPT,
  PROP_KIND,
  PROP_V6_ONLY,
  PROP_PATH,
  PROP_RESOLVING,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (SvServerForm, sv_server_form, G_TYPE_OBJECT)

static void
set_address (SvServerForm *self, const char *address)
{
  g_autofree char *stripped = g_strstrip (g_strdup (address != NULL ? address : ""));

  if (g_strcmp0 (stripped, self->address) == 0)
    return;
  sv_server_form_cancel (self);
  g_free (self->address);
  self->address = g_steal_pointer (&stripped);
  sv_server_form_set_problem (self, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ADDRESS]);
}

static void
set_path (SvServerForm *self, const char *path)
{
  if (g_strcmp0 (path, self->path) == 0)
    return;
  g_free (self->path);
  self->path = g_strdup (path != NULL ? path : "");
  sv_server_form_set_problem (self, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PATH]);
}

static void
set_number (SvServerForm *self, guint *place, guint value, GParamSpec *pspec)
{
  if (*place == value)
    return;
  *place = value;
  sv_server_form_set_problem (self, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), pspec);
}

static void
set_flag (SvServerForm *self, gboolean *place, gboolean value, GParamSpec *pspec)
{
  if (*place == value)
    return;
  *place = value;
  g_object_notify_by_pspec (G_OBJECT (self), pspec);
}

static void
sv_server_form_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SvServerForm *self = SV_SERVER_FORM (object);

  switch (id)
    {
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_PORT:
      g_value_set_int (value, (int) self->port);
      break;
    case PROP_BACKLOG:
      g_value_set_int (value, (int) self->backlog);
      break;
    case PROP_ECHO:
      g_value_set_boolean (value, self->echo);
      break;
    case PROP_HOLD_ACCEPT:
      g_value_set_boolean (value, self->hold_accept);
      break;
    case PROP_KIND:
      g_value_set_uint (value, self->kind);
      break;
    case PROP_V6_ONLY:
      g_value_set_boolean (value, self->v6_only);
      break;
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_RESOLVING:
      g_value_set_boolean (value, sv_server_form_is_resolving (self));
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sv_server_form_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SvServerForm *self = SV_SERVER_FORM (object);

  switch (id)
    {
    case PROP_ADDRESS:
      set_address (self, g_value_get_string (value));
      break;
    case PROP_PORT:
      set_number (self, &self->port, (guint) g_value_get_int (value), pspec);
      break;
    case PROP_BACKLOG:
      set_number (self, &self->backlog, (guint) g_value_get_int (value), pspec);
      break;
    case PROP_ECHO:
      set_flag (self, &self->echo, g_value_get_boolean (value), pspec);
      break;
    case PROP_HOLD_ACCEPT:
      set_flag (self, &self->hold_accept, g_value_get_boolean (value), pspec);
      break;
    case PROP_KIND:
      set_number (self, &self->kind, g_value_get_uint (value), pspec);
      break;
    case PROP_V6_ONLY:
      set_flag (self, &self->v6_only, g_value_get_boolean (value), pspec);
      break;
    case PROP_PATH:
      set_path (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sv_server_form_dispose (GObject *object)
{
  SvServerForm *self = SV_SERVER_FORM (object);

  if (self->lookup != NULL)
    g_cancellable_cancel (self->lookup);
  g_clear_object (&self->lookup);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->resolved_name, g_free);
  G_OBJECT_CLASS (sv_server_form_parent_class)->dispose (object);
}

static void
sv_server_form_class_init (SvServerFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = sv_server_form_dispose;
  object_class->get_property = sv_server_form_get_property;
  object_class->set_property = sv_server_form_set_property;

  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, "127.0.0.1", writable);
  props[PROP_PORT] = g_param_spec_int ("port", NULL, NULL, 0, G_MAXUINT16, SV_LAB_DEFAULT_PORT, writable);
  props[PROP_BACKLOG] = g_param_spec_int ("backlog", NULL, NULL, 0, G_MAXUINT16, SV_LAB_DEFAULT_BACKLOG, writable);
  props[PROP_ECHO] = g_param_spec_boolean ("echo", NULL, NULL, TRUE, writable);
  props[PROP_HOLD_ACCEPT] = g_param_spec_boolean ("hold-accept", NULL, NULL, FALSE, writable);
  props[PROP_KIND] = g_param_spec_uint ("kind", NULL, NULL, SV_KIND_TCP, SV_KIND_UNIX, SV_KIND_TCP, writable);
  props[PROP_V6_ONLY] = g_param_spec_boolean ("v6-only", NULL, NULL, FALSE, writable);
  props[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, "", writable);
  props[PROP_RESOLVING] = g_param_spec_boolean ("resolving", NULL, NULL, FALSE, readable);
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
sv_server_form_init (SvServerForm *self)
{
  self->address = g_strdup ("127.0.0.1");
  self->path = g_strdup ("");
  self->port = SV_LAB_DEFAULT_PORT;
  self->backlog = SV_LAB_DEFAULT_BACKLOG;
  self->echo = TRUE;
}

/**
 * sv_server_form_new:
 * @settings: (nullable): where the choices are remembered
 */
SvServerForm *
sv_server_form_new (GSettings *settings)
{
  SvServerForm *self = g_object_new (SV_TYPE_SERVER_FORM, NULL);

  if (settings != NULL)
    {
      g_settings_bind (settings, "bind-address", self, "address", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (settings, "port", self, "port", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (settings, "backlog", self, "backlog", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (settings, "echo", self, "echo", G_SETTINGS_BIND_DEFAULT);
    }
  return self;
}

/**
 * sv_server_form_new_for_machine:
 * @machine: one of ours, to which nobody else has a way: the server listens on
 *   all of its addresses, if nobody says otherwise; nothing is remembered
 */
SvServerForm *
sv_server_form_new_for_machine (SvMachineId machine)
{
  SvServerForm *self = g_object_new (SV_TYPE_SERVER_FORM, NULL);

  self->machine = machine;
  set_address (self, "0.0.0.0");
  return self;
}

SvMachineId
sv_server_form_get_machine (SvServerForm *self)
{
  g_return_val_if_fail (SV_IS_SERVER_FORM (self), SV_MACHINE_THIS);

  return self->machine;
}

const char *
sv_server_form_get_address (SvServerForm *self)
{
  g_return_val_if_fail (SV_IS_SERVER_FORM (self), NULL);

  return self->address;
}

guint
sv_server_form_get_port (SvServerForm *self)
{
  g_return_val_if_fail (SV_IS_SERVER_FORM (self), 0);

  return self->port;
}

const char *
sv_server_form_get_problem (SvServerForm *self)
{
  g_return_val_if_fail (SV_IS_SERVER_FORM (self), NULL);

  return self->problem;
}

/**
 * sv_server_form_set_problem:
 * @problem: (nullable): why the server could not start with this form
 *
 * It stands until the form is changed.
 */
void
sv_server_form_set_problem (SvServerForm *self, const char *problem)
{
  g_return_if_fail (SV_IS_SERVER_FORM (self));

  if (g_strcmp0 (problem, self->problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
}

void
sv_server_form_set_bind (SvServerForm *self, const SvEndpoint *bind)
{
  g_autofree char *address = NULL;

  g_return_if_fail (SV_IS_SERVER_FORM (self));
  g_return_if_fail (bind != NULL);

  address = sv_endpoint_address_to_string (bind);
  g_object_set (self, "address", address, "port", (int) bind->port, NULL);
}

gboolean
sv_server_form_is_resolving (SvServerForm *self)
{
  g_return_val_if_fail (SV_IS_SERVER_FORM (self), FALSE);

  return self->lookup != NULL;
}

/**
 * sv_server_form_peek_bind:
 * @bind: (out): address and port
 *
 * Returns: whether the address is known without asking anybody: it is an IP
 *   address, or a name that was looked up before
 */
gboolean
sv_server_form_peek_bind (SvServerForm *self, SvEndpoint *bind)
{
  g_return_val_if_fail (SV_IS_SERVER_FORM (self), FALSE);

  if (sv_endpoint_parse (self->address, (guint16) self->port, bind, NULL))
    return TRUE;
  if (g_strcmp0 (self->address, self->resolved_name) != 0)
    return FALSE;
  *bind = self->resolved;
  bind->port = (guint16) self->port;
  return TRUE;
}

static const char *
ask_for_address (SvServerForm *self)
{
  return self->machine == SV_MACHINE_THIS ? _("Type an address of this computer, or a name.")
                                          : _("Type an address of the server machine, or a name.");
}

static char *
explain_v6_only (SvServerForm *self, const SvEndpoint *bind, gboolean *lets_others_in)
{
  g_autofree char *sentence = sv_explain_bind (self->machine, bind, lets_others_in);

  if (!sv_endpoint_is_any (bind))
    return g_steal_pointer (&sentence);
  return g_strdup (_("All IPv6 addresses, and only those: IPv4 is refused (IPV6_V6ONLY). Another server may have the "
                     "same port for IPv4."));
}

/**
 * sv_server_form_explain_bind:
 * @lets_others_in: (out): whether other computers can connect to it
 *
 * Returns: (transfer full): what the address means; for a name that was not
 *   looked up yet, that it will be
 */
char *
sv_server_form_explain_bind (SvServerForm *self, gboolean *lets_others_in)
{
  SvEndpoint bind;

  g_return_val_if_fail (SV_IS_SERVER_FORM (self), NULL);
  g_return_val_if_fail (lets_others_in != NULL, NULL);

  *lets_others_in = FALSE;
  if (self->kind == SV_KIND_UNIX)
    return g_strdup (_("Programs of this computer find it by its name: a file, or an abstract name that begins with @. "
                       "No address, no port, no packets."));
  if (self->v6_only && sv_server_form_peek_bind (self, &bind) && bind.family == G_SOCKET_FAMILY_IPV6)
    return explain_v6_only (self, &bind, lets_others_in);
  if (sv_server_form_peek_bind (self, &bind))
    return sv_explain_bind (self->machine, &bind, lets_others_in);
  if (*self->address == '\0')
    return g_strdup (ask_for_address (self));
  return g_strdup_printf (_("The address of “%s” is looked up when the server starts."), self->address);
}

static void
end_lookup (SvServerForm *self)
{
  if (self->lookup == NULL)
    return;
  g_clear_object (&self->lookup);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RESOLVING]);
}

/**
 * sv_server_form_cancel:
 *
 * Stops looking up a name.
 */
void
sv_server_form_cancel (SvServerForm *self)
{
  g_return_if_fail (SV_IS_SERVER_FORM (self));

  if (self->lookup != NULL)
    g_cancellable_cancel (self->lookup);
  end_lookup (self);
}

static GError *
describe_lookup_error (const char *name, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  if (g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE))
    return g_error_new (G_RESOLVER_ERROR, error->code,
                        _("The name “%s” could not be looked up: no name server answered. "
                          "Check the network, or type an address such as 127.0.0.1."), name);
  return g_error_new (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND,
                      _("There is no address for the name “%s”. Check how it is written, "
                        "or type an address such as 127.0.0.1."), name);
}

static void
lookup_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  SvServerForm *self = g_task_get_source_object (task);
  const char *name = g_task_get_task_data (task);
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);

  if (g_task_return_error_if_cancelled (task))
    {
      g_resolver_free_addresses (addresses);
      return;
    }
  end_lookup (self);
  if (addresses == NULL)
    {
      g_autoptr (GError) described = describe_lookup_error (name, error);

      sv_server_form_set_problem (self, described->message);
      g_task_return_error (task, g_steal_pointer (&described));
      return;
    }

  g_autoptr (GSocketAddress) first = g_inet_socket_address_new (addresses->data, 0);
  sv_endpoint_from_socket_address (&self->resolved, first);
  g_free (self->resolved_name);
  self->resolved_name = g_strdup (name);
  g_resolver_free_addresses (addresses);
  /* What is said about the address has changed, though its text has not. */
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ADDRESS]);
  g_task_return_boolean (task, TRUE);
}

/**
 * sv_server_form_prepare:
 *
 * Makes sure that the address is known: looks its name up if it is one.
 * "problem" says why that failed.
 */
void
sv_server_form_prepare (SvServerForm *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  SvEndpoint bind;

  g_return_if_fail (SV_IS_SERVER_FORM (self));

  sv_server_form_cancel (self);
  sv_server_form_set_problem (self, NULL);
  if (self->kind == SV_KIND_UNIX || sv_server_form_peek_bind (self, &bind))
    {
      task = g_task_new (self, NULL, callback, data);
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (*self->address == '\0')
    {
      task = g_task_new (self, NULL, callback, data);
      sv_server_form_set_problem (self, ask_for_address (self));
      g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "%s", self->problem);
      return;
    }
  self->lookup = g_cancellable_new ();
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RESOLVING]);
  task = g_task_new (self, self->lookup, callback, data);
  g_task_set_task_data (task, g_strdup (self->address), g_free);
  g_resolver_lookup_by_name_async (resolver, self->address, self->lookup, lookup_done_cb, g_steal_pointer (&task));
}

gboolean
sv_server_form_prepare_finish (SvServerForm *self, GAsyncResult *result, SvServerOptions *options, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (options != NULL, FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  sv_server_options_init (options);
  options->kind = (SvKind) self->kind;
  if (self->kind == SV_KIND_UNIX)
    sv_server_options_set_path (options, *self->path != '\0' ? self->path : NULL, NULL);
  else
    sv_server_form_peek_bind (self, &options->bind);
  options->v6_only = self->v6_only && options->bind.family == G_SOCKET_FAMILY_IPV6;
  options->backlog = (int) self->backlog;
  options->echo = self->echo;
  options->hold_accept = self->hold_accept;
  return TRUE;
}
