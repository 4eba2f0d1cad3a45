/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-shell-button.h"

#include "sv-terminal.h"

#include <glib/gi18n-lib.h>
#include <sys/socket.h>

#define WIDTH_CHARS 44
#define SPACING 8
#define MAX_HEIGHT 400 /* of what the popover holds: screens of 768 lines are common */

struct _SvShellButton
{
  GtkWidget parent_instance;

  SvNetwork *network;
  SvSide side;
  GtkWidget *button;
  GtkWidget *problem;
  GtkWidget *line; /* the nsenter line */
  GtkWidget *hints;
};

G_DEFINE_FINAL_TYPE (SvShellButton, sv_shell_button, GTK_TYPE_WIDGET)

/* ---- What can be done there. */

/**
 * sv_shell_button_open:
 *
 * Opens the person's terminal with a shell on that machine.
 *
 * Returns: %FALSE with a sentence
 */
gboolean
sv_shell_button_open (SvNetwork *network, SvSide side, GError **error)
{
  g_auto (GStrv) words = sv_virtual_machine_get_shell (sv_network_get_machine (network, side));

  return sv_terminal_open ((const char *const *) words, error);
}

/* Where the embedded server is to be reached, or would be. */
static SvEndpoint
get_server (SvNetwork *network)
{
  SvEndpoint listener = { .family = AF_INET, .port = SV_LAB_DEFAULT_PORT }, target;

  if (!sv_lab_get_listener_endpoint (sv_network_get_lab (network), &listener))
    listener.port = SV_LAB_DEFAULT_PORT;
  target = *sv_network_get_server_address (network, listener.family);
  target.port = listener.port;
  return target;
}

static void
add_hint (GPtrArray *hints, char *command, const char *meaning)
{
  g_ptr_array_add (hints, command);
  g_ptr_array_add (hints, g_strdup (meaning));
}

/* Who came by nsenter may not see packets, unless it is root. */
static void
add_tcpdump (GPtrArray *hints)
{
  g_autofree char *path = g_find_program_in_path ("tcpdump");
  g_autofree char *other = path == NULL ? g_find_program_in_path ("/usr/sbin/tcpdump") : NULL;

  if (path != NULL || other != NULL)
    add_hint (hints, g_strdup (path != NULL ? "tcpdump -n -i eth0" : "/usr/sbin/tcpdump -n -i eth0"),
              _("shows each packet that leaves or arrives, in a terminal opened from here"));
}

/**
 * sv_shell_button_list_hints:
 *
 * Returns: (transfer full) (element-type utf8): a command and what it does, in turn
 */
GPtrArray *
sv_shell_button_list_hints (SvNetwork *network, SvSide side)
{
  GPtrArray *hints = g_ptr_array_new_with_free_func (g_free);
  SvEndpoint server = get_server (network);
  g_autofree char *address = sv_endpoint_address_to_string (&server);

  if (side == SV_SIDE_CLIENT)
    {
      add_hint (hints, g_strdup_printf ("nc %s %u", address, server.port),
                _("connects to the server; what you type is sent"));
      add_hint (hints, g_strdup ("netstat -tuna"), _("lists the sockets of this machine, as SockView does"));
      add_hint (hints, g_strdup ("ss -tino"), _("shows the timers of a connection and what TCP measures"));
      add_tcpdump (hints);
      return hints;
    }
  add_hint (hints, g_strdup ("nc -l -p 7777"), _("a server of your own: let a client connect to port 7777"));
  add_hint (hints, g_strdup ("python3 -m http.server 8080"), _("a web server, on port 8080"));
  add_hint (hints, g_strdup ("netstat -tuna"), _("lists the sockets of this machine, as SockView does"));
  add_tcpdump (hints);
  return hints;
}

/* ---- The popover. */

static void
open_cb (SvShellButton *self)
{
  g_autoptr (GError) error = NULL;
  gboolean opened = sv_shell_button_open (self->network, self->side, &error);

  gtk_label_set_text (GTK_LABEL (self->problem), opened ? "" : error->message);
  gtk_widget_set_visible (self->problem, !opened);
  if (opened)
    gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
}

static void
copy_cb (GtkWidget *button, gpointer data)
{
  const char *text = g_object_get_data (G_OBJECT (button), "sv-command");

  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), text);
  gtk_widget_activate_action (button, "win.show-toast", "s", C_ ("toast", "Command copied"));
}

static GtkWidget *
create_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (label), WIDTH_CHARS);
  gtk_label_set_max_width_chars (GTK_LABEL (label), WIDTH_CHARS);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

/* A command as it is typed, with a button that copies it. Commands read left to right. */
static GtkWidget *
create_command (const char *command)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *label = gtk_label_new (command);
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  g_autofree char *name = g_strdup_printf (_("Copy “%s”"), command);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_add_css_class (label, "sv-command");
  gtk_widget_add_css_class (copy, "flat");
  gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (copy, _("Copy the Command"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (copy), "sv-command", g_strdup (command), g_free);
  g_signal_connect (copy, "clicked", G_CALLBACK (copy_cb), NULL);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), copy);
  return row;
}

static void
empty (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

/* Ports and processes may be others than when it was last open. */
static void
fill (SvShellButton *self)
{
  g_autofree char *line
    = sv_virtual_machine_get_enter_command (sv_network_get_machine (self->network, self->side), NULL);
  g_autoptr (GPtrArray) hints = sv_shell_button_list_hints (self->network, self->side);

  gtk_widget_set_visible (self->problem, FALSE);
  empty (self->line);
  gtk_box_append (GTK_BOX (self->line), create_command (line));
  empty (self->hints);
  for (guint i = 0; i < hints->len; i += 2)
    {
      GtkWidget *hint = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

      gtk_box_append (GTK_BOX (hint), create_command (g_ptr_array_index (hints, i)));
      gtk_box_append (GTK_BOX (hint), create_label (g_ptr_array_index (hints, i + 1), "caption"));
      gtk_box_append (GTK_BOX (self->hints), hint);
    }
}

/* There is no machine left to be on. */
static void
ended_cb (SvShellButton *self)
{
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  gtk_widget_set_sensitive (self->button, FALSE);
}

static GtkWidget *
create_scroller (GtkWidget *content)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), content);
  return scroller;
}

static GtkWidget *
create_content (SvShellButton *self)
{
  gboolean client = self->side == SV_SIDE_CLIENT;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING);
  GtkWidget *open = gtk_button_new_with_label (C_ ("shell", "Open Terminal"));
  GtkWidget *parts[] = {
    create_label (client ? _("A shell on the client machine") : _("A shell on the server machine"), "heading"),
    create_label (_("It is you, in a network of its own: only this machine's addresses, ports and sockets are there."),
                  NULL),
    open,
    self->problem = create_label ("", "sv-problem"),
    create_label (_("The same in a terminal of yours:"), "caption"),
    self->line = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0),
    create_label (_("A shell that you leave open stays when SockView ends, in a network that leads nowhere any more."),
                  "caption"),
    create_label (C_ ("shell", "Try there:"), "caption"),
    self->hints = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING),
  };

  gtk_widget_add_css_class (open, "suggested-action");
  gtk_widget_set_halign (open, GTK_ALIGN_START);
  g_signal_connect_object (open, "clicked", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (self->problem, FALSE);
  gtk_widget_add_css_class (box, "sv-options");
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    gtk_box_append (GTK_BOX (box), parts[i]);
  return box;
}

static void
sv_shell_button_dispose (GObject *object)
{
  SvShellButton *self = SV_SHELL_BUTTON (object);

  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->network);
  G_OBJECT_CLASS (sv_shell_button_parent_class)->dispose (object);
}

static void
sv_shell_button_class_init (SvShellButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_shell_button_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "shellbutton");
}

static void
sv_shell_button_init (SvShellButton *self)
{
}

/**
 * sv_shell_button_new:
 * @side: on whose machine
 */
GtkWidget *
sv_shell_button_new (SvNetwork *network, SvSide side)
{
  SvShellButton *self;
  GtkWidget *popover, *face;

  g_return_val_if_fail (SV_IS_NETWORK (network), NULL);

  self = g_object_new (SV_TYPE_SHELL_BUTTON, NULL);
  self->network = g_object_ref (network);
  self->side = side;
  self->button = gtk_menu_button_new ();
  popover = gtk_popover_new ();
  face = adw_button_content_new ();
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (face), "utilities-terminal-symbolic");
  adw_button_content_set_label (ADW_BUTTON_CONTENT (face), C_ ("machine", "Open a shell here"));
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), face);
  gtk_popover_set_child (GTK_POPOVER (popover), create_scroller (create_content (self)));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  gtk_menu_button_set_direction (GTK_MENU_BUTTON (self->button), GTK_ARROW_UP);
  gtk_widget_add_css_class (self->button, "sv-link");
  gtk_widget_set_halign (self->button, GTK_ALIGN_START);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  g_signal_connect_object (popover, "show", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (network, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_sensitive (self->button, sv_network_is_open (network));
  fill (self);
  return GTK_WIDGET (self);
}
