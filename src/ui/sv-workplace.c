/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-workplace.h"

#include <glib/gi18n-lib.h>

#include "sv-server-popover.h"
#include "sv-side-pane.h"
#include "sv-stage.h"
#include "sv-welcome.h"

struct _SvWorkplace
{
  GObject parent_instance;

  SvMode mode;
  SvSession *session; /* NULL where it can't be had, and so the following but @pages and @message_bar */
  SvServerForm *form;
  GtkWidget *welcome;
  GtkWidget *stage;
  GtkWidget *side_pane;
  GtkWidget *popover; /* of the server's options; welcome page and header bar take turns */
  GtkStack *pages;
  GtkWidget *message_bar;
  gboolean begun;
  char *problem; /* why it can't be had */
};

enum
{
  CHANGED,
  BEGAN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvWorkplace, sv_workplace, G_TYPE_OBJECT)

static void
changed_cb (SvWorkplace *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
shows_welcome (SvWorkplace *self)
{
  return g_strcmp0 (sv_workplace_get_page (self), SV_PAGE_WELCOME) == 0;
}

/* On two machines clients may go to a server that is not ours. */
static gboolean
has_something_to_see (SvWorkplace *self)
{
  SvLab *lab = sv_session_get_lab (self->session);
  guint n_clients;

  g_object_get (lab, "n-clients", &n_clients, NULL);
  return sv_lab_is_running (lab) || (sv_session_get_network (self->session) != NULL && n_clients > 0);
}

/**
 * sv_workplace_begin:
 *
 * From the welcome page to the stage, for good.
 */
void
sv_workplace_begin (SvWorkplace *self)
{
  g_return_if_fail (SV_IS_WORKPLACE (self) && self->session != NULL);

  if (self->begun)
    return;
  self->begun = TRUE;
  sv_welcome_set_popover (SV_WELCOME (self->welcome), NULL);
  if (shows_welcome (self))
    sv_workplace_show_page (self, SV_PAGE_STAGE);
  g_signal_emit (self, signals[BEGAN], 0);
}

static void
running_cb (SvWorkplace *self)
{
  if (has_something_to_see (self))
    sv_workplace_begin (self);
  changed_cb (self);
}

static void
failure_cb (SvWorkplace *self, const char *sentence, const char *origin)
{
  if (g_strcmp0 (origin, "network") == 0)
    {
      sv_message_bar_show_action (SV_MESSAGE_BAR (self->message_bar), sentence, _("Start Again"), "win.start-again");
      changed_cb (self);
      return;
    }
  if (g_strcmp0 (origin, "server") == 0)
    {
      sv_server_form_set_problem (self->form, sentence);
      /* The welcome page says it under its button. */
      if (shows_welcome (self))
        return;
    }
  /* The side pane says it where the table would be. */
  if (g_strcmp0 (origin, "monitor") != 0)
    sv_message_bar_show (SV_MESSAGE_BAR (self->message_bar), sentence);
}

/* The form is what a person wants, the lab what is: each follows the other. */
static void
form_switch_cb (SvWorkplace *self)
{
  SvLab *lab = sv_session_get_lab (self->session);
  gboolean hold_accept;
  gboolean echo;

  g_object_get (self->form, "hold-accept", &hold_accept, "echo", &echo, NULL);
  if (!sv_lab_is_running (lab))
    return;
  sv_lab_set_hold_accept (lab, hold_accept);
  sv_lab_set_echo (lab, echo);
}

static void
lab_switch_cb (SvWorkplace *self, GParamSpec *pspec, SvLab *lab)
{
  gboolean value;

  if (!sv_lab_is_running (lab))
    return;
  g_object_get (lab, pspec->name, &value, NULL);
  g_object_set (self->form, pspec->name, value, NULL);
}

static void
sv_workplace_dispose (GObject *object)
{
  SvWorkplace *self = SV_WORKPLACE (object);

  sv_workplace_close (self);
  g_clear_object (&self->popover);
  g_clear_object (&self->side_pane);
  g_clear_object (&self->pages);
  g_clear_object (&self->message_bar);
  g_clear_object (&self->form);
  g_clear_object (&self->session);
  g_clear_pointer (&self->problem, g_free);
  G_OBJECT_CLASS (sv_workplace_parent_class)->dispose (object);
}

static void
sv_workplace_class_init (SvWorkplaceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_workplace_dispose;

  signals[CHANGED] = g_signal_new ("changed", SV_TYPE_WORKPLACE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                   0);
  signals[BEGAN] = g_signal_new ("began", SV_TYPE_WORKPLACE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sv_workplace_init (SvWorkplace *self)
{
  self->pages = GTK_STACK (g_object_ref_sink (gtk_stack_new ()));
  self->message_bar = g_object_ref_sink (sv_message_bar_new ());
  gtk_stack_set_vhomogeneous (self->pages, FALSE);
  gtk_stack_set_hhomogeneous (self->pages, FALSE);
  gtk_stack_set_transition_type (self->pages, GTK_STACK_TRANSITION_TYPE_CROSSFADE);
}

static void
connect_session (SvWorkplace *self)
{
  SvLab *lab = sv_session_get_lab (self->session);

  g_signal_connect_object (lab, "notify::running", G_CALLBACK (running_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab, "notify::n-clients", G_CALLBACK (running_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab, "notify::resolving", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab, "notify::hold-accept", G_CALLBACK (lab_switch_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab, "notify::echo", G_CALLBACK (lab_switch_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "notify::hold-accept", G_CALLBACK (form_switch_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "notify::echo", G_CALLBACK (form_switch_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "notify::resolving", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "failure", G_CALLBACK (failure_cb), self, G_CONNECT_SWAPPED);
}

/* @session and @form are taken. */
static void
furnish (SvWorkplace *self, SvSession *session, SvServerForm *form, GSettings *settings)
{
  self->session = session;
  self->form = form;
  self->welcome = sv_welcome_new (form);
  self->stage = sv_stage_new (session);
  self->side_pane = g_object_ref_sink (sv_side_pane_new (session));
  self->popover = g_object_ref_sink (sv_server_popover_new (session, form));
  sv_welcome_set_popover (SV_WELCOME (self->welcome), self->popover);
  sv_workplace_add_page (self, SV_PAGE_WELCOME, self->welcome);
  sv_workplace_add_page (self, SV_PAGE_STAGE, self->stage);
  if (settings != NULL)
    g_settings_bind (settings, "speed", sv_session_get_player (session), "speed", G_SETTINGS_BIND_DEFAULT);
  connect_session (self);
  sv_session_start (session);
}

/**
 * sv_workplace_new:
 * @settings: (nullable): what is remembered from one start to the next
 *
 * Returns: (transfer full): the one of this computer
 */
SvWorkplace *
sv_workplace_new (GSettings *settings)
{
  SvWorkplace *self = g_object_new (SV_TYPE_WORKPLACE, NULL);

  self->mode = SV_MODE_THIS_COMPUTER;
  furnish (self, sv_session_new (), sv_server_form_new (settings), settings);
  return self;
}

/* "Not available here", what the check said, and nothing that is asked of a person but to try again. */
static GtkWidget *
create_unavailable_page (const char *sentence)
{
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Try Again"));
  g_autofree char *text
    = g_strdup_printf ("%s\n\n%s", sentence, _("“This Computer” needs none of that: there everything else works."));
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "sockview-machines-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("Two Machines cannot be had here"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page), escaped);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.start-again");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  adw_status_page_set_child (ADW_STATUS_PAGE (page), button);
  return page;
}

/**
 * sv_workplace_new_for_two_machines:
 * @nat: whether routers between them translate addresses
 *
 * Makes the machines, which takes about ten milliseconds; see
 * sv_workplace_is_available() for whether that worked.
 *
 * Returns: (transfer full): the one of two machines
 */
SvWorkplace *
sv_workplace_new_for_two_machines (gboolean nat, GSettings *settings)
{
  SvWorkplace *self = g_object_new (SV_TYPE_WORKPLACE, NULL);
  g_autoptr (SvRecording) recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  g_autoptr (GError) error = NULL;
  g_autoptr (SvNetwork) network = sv_network_new (recording, nat, &error);

  self->mode = SV_MODE_TWO_MACHINES;
  if (network == NULL)
    {
      self->problem = g_strdup (error->message);
      sv_workplace_add_page (self, SV_PAGE_UNAVAILABLE, create_unavailable_page (error->message));
      return self;
    }
  furnish (self, sv_session_new_for_network (network), sv_server_form_new_for_machine (SV_MACHINE_SERVER), settings);
  return self;
}

SvMode
sv_workplace_get_mode (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), SV_MODE_THIS_COMPUTER);

  return self->mode;
}

/**
 * sv_workplace_is_available:
 *
 * Returns: whether it has a session; if not, its one page says why
 */
gboolean
sv_workplace_is_available (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), FALSE);

  return self->session != NULL;
}

/**
 * sv_workplace_get_problem:
 *
 * Returns: (nullable): a sentence: why it can't be had
 */
const char *
sv_workplace_get_problem (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), NULL);

  return self->problem;
}

/**
 * sv_workplace_is_over:
 *
 * Returns: whether its machines have ended: nothing more can be done with them,
 *   but what happened can still be looked at
 */
gboolean
sv_workplace_is_over (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), FALSE);

  return self->session != NULL && sv_session_is_over (self->session);
}

/**
 * sv_workplace_has_begun:
 *
 * Returns: whether it shows its stage: a server has run in it, or a lesson was begun
 */
gboolean
sv_workplace_has_begun (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), FALSE);

  return self->begun;
}

/**
 * sv_workplace_get_session:
 *
 * Returns: (transfer none) (nullable): %NULL where it can't be had
 */
SvSession *
sv_workplace_get_session (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), NULL);

  return self->session;
}

/* (nullable), and so the following */
SvServerForm *
sv_workplace_get_form (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), NULL);

  return self->form;
}

GtkWidget *
sv_workplace_get_side_pane (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), NULL);

  return self->side_pane;
}

GtkWidget *
sv_workplace_get_stage (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), NULL);

  return self->stage;
}

GtkWidget *
sv_workplace_get_popover (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), NULL);

  return self->popover;
}

GtkWidget *
sv_workplace_get_start_button (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), NULL);

  return self->welcome != NULL ? sv_welcome_get_start_button (SV_WELCOME (self->welcome)) : NULL;
}

/**
 * sv_workplace_get_content:
 *
 * Returns: (transfer none): the pages
 */
GtkWidget *
sv_workplace_get_content (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), NULL);

  return GTK_WIDGET (self->pages);
}

SvMessageBar *
sv_workplace_get_message_bar (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), NULL);

  return SV_MESSAGE_BAR (self->message_bar);
}

/**
 * sv_workplace_add_page:
 * @name: of the page, for sv_workplace_show_page()
 * @page: a page beside the tables; it shares the workplace's session
 */
void
sv_workplace_add_page (SvWorkplace *self, const char *name, GtkWidget *page)
{
  g_return_if_fail (SV_IS_WORKPLACE (self));
  g_return_if_fail (name != NULL);

  gtk_stack_add_named (self->pages, page, name);
}

/**
 * sv_workplace_show_page:
 * @name: of a page that was added
 */
void
sv_workplace_show_page (SvWorkplace *self, const char *name)
{
  g_return_if_fail (SV_IS_WORKPLACE (self));

  if (g_strcmp0 (sv_workplace_get_page (self), name) == 0)
    return;
  gtk_stack_set_visible_child_name (self->pages, name);
  changed_cb (self);
}

const char *
sv_workplace_get_page (SvWorkplace *self)
{
  g_return_val_if_fail (SV_IS_WORKPLACE (self), NULL);

  return gtk_stack_get_visible_child_name (self->pages);
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SvWorkplace) self = data;
  g_autoptr (GError) error = NULL;
  SvServerOptions options;

  if (!sv_server_form_prepare_finish (SV_SERVER_FORM (source), result, &options, &error))
    {
      /* The form says it itself, where it is seen. */
      if (!shows_welcome (self) && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        sv_message_bar_show (SV_MESSAGE_BAR (self->message_bar), error->message);
      return;
    }
  sv_message_bar_hide (SV_MESSAGE_BAR (self->message_bar));
  if (self->session != NULL)
    sv_session_start_server (self->session, &options);
}

/**
 * sv_workplace_toggle_server:
 *
 * Starts the server with the form's options, stops it, or gives up looking up
 * its name, whichever can be done now.
 */
void
sv_workplace_toggle_server (SvWorkplace *self)
{
  SvLab *lab;

  g_return_if_fail (SV_IS_WORKPLACE (self));
  g_return_if_fail (self->session != NULL);

  lab = sv_session_get_lab (self->session);
  if (sv_lab_is_running (lab))
    sv_lab_stop_server (lab);
  else if (sv_server_form_is_resolving (self->form))
    sv_server_form_cancel (self->form);
  else
    sv_server_form_prepare (self->form, prepared_cb, g_object_ref (self));
}

/**
 * sv_workplace_set_compact:
 * @compact: whether the welcome page has no room for its picture
 */
void
sv_workplace_set_compact (SvWorkplace *self, gboolean compact)
{
  g_return_if_fail (SV_IS_WORKPLACE (self));

  if (self->welcome != NULL)
    sv_welcome_set_compact (SV_WELCOME (self->welcome), compact);
}

/**
 * sv_workplace_close:
 *
 * Ends every socket, and the machines.
 */
void
sv_workplace_close (SvWorkplace *self)
{
  g_return_if_fail (SV_IS_WORKPLACE (self));

  if (self->session == NULL)
    return;
  sv_server_form_cancel (self->form);
  sv_session_stop (self->session);
}
