/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-service-catalog.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <stdlib.h>

#define TCP IPPROTO_TCP
#define UDP IPPROTO_UDP

/* Sorted by port, TCP before UDP. Names as in IANA's registry (RFC 6335),
 * which Debian's /etc/services follows. */
static const SvService SERVICES[] = {
  { 7, TCP, "echo", NC_ ("service", "Sends back what it gets") },
  { 7, UDP, "echo", NC_ ("service", "Sends back what it gets") },
  { 9, TCP, "discard", NC_ ("service", "Throws away what it gets") },
  { 9, UDP, "discard", NC_ ("service", "Throws away what it gets") },
  { 13, TCP, "daytime", NC_ ("service", "Tells date and time as text") },
  { 20, TCP, "ftp-data", NC_ ("service", "File transfer, data (FTP)") },
  { 21, TCP, "ftp", NC_ ("service", "File transfer, commands (FTP)") },
  { 22, TCP, "ssh", NC_ ("service", "Secure shell: remote login") },
  { 23, TCP, "telnet", NC_ ("service", "Remote login without encryption") },
  { 25, TCP, "smtp", NC_ ("service", "Mail from server to server") },
  { 37, TCP, "time", NC_ ("service", "Tells the time as a number") },
  { 43, TCP, "whois", NC_ ("service", "Who owns a domain or an address") },
  { 53, TCP, "domain", NC_ ("service", "Domain name server (DNS)") },
  { 53, UDP, "domain", NC_ ("service", "Domain name server (DNS)") },
  { 67, UDP, "bootps", NC_ ("service", "DHCP server: gives out addresses") },
  { 68, UDP, "bootpc", NC_ ("service", "DHCP client: asks for an address") },
  { 69, UDP, "tftp", NC_ ("service", "Trivial file transfer, for starting over the network") },
  { 70, TCP, "gopher", NC_ ("service", "Gopher, menus of documents") },
  { 79, TCP, "finger", NC_ ("service", "Who is logged in") },
  { 80, TCP, "http", NC_ ("service", "World Wide Web without encryption") },
  { 88, TCP, "kerberos", NC_ ("service", "Kerberos, proving who one is") },
  { 88, UDP, "kerberos", NC_ ("service", "Kerberos, proving who one is") },
  { 110, TCP, "pop3", NC_ ("service", "Fetching mail (POP version 3)") },
  { 111, TCP, "sunrpc", NC_ ("service", "Port mapper of remote procedure calls") },
  { 111, UDP, "sunrpc", NC_ ("service", "Port mapper of remote procedure calls") },
  { 123, UDP, "ntp", NC_ ("service", "Network Time Protocol") },
  { 137, UDP, "netbios-ns", NC_ ("service", "Windows names (NetBIOS)") },
  { 138, UDP, "netbios-dgm", NC_ ("service", "Windows messages (NetBIOS)") },
  { 139, TCP, "netbios-ssn", NC_ ("service", "Windows file sharing, the old way (NetBIOS)") },
  { 143, TCP, "imap2", NC_ ("service", "Reading mail on the server (IMAP)") },
  { 161, UDP, "snmp", NC_ ("service", "Watching over network devices (SNMP)") },
  { 162, UDP, "snmp-trap", NC_ ("service", "Alarms of network devices (SNMP)") },
  { 179, TCP, "bgp", NC_ ("service", "Routers tell each other their routes (BGP)") },
  { 323, UDP, "chrony", NC_ ("service", "Commands for the clock daemon chronyd") },
  { 389, TCP, "ldap", NC_ ("service", "Directory of people and machines (LDAP)") },
  { 443, TCP, "https", NC_ ("service", "World Wide Web, encrypted (HTTP over TLS)") },
  { 443, UDP, "https", NC_ ("service", "World Wide Web, encrypted (HTTP/3 over QUIC)") },
  { 445, TCP, "microsoft-ds", NC_ ("service", "Windows file sharing (SMB)") },
  { 465, TCP, "submissions", NC_ ("service", "Handing in mail, encrypted") },
  { 500, UDP, "isakmp", NC_ ("service", "Key exchange of IPsec") },
  { 514, UDP, "syslog", NC_ ("service", "Log messages over the network") },
  { 515, TCP, "printer", NC_ ("service", "Line printer spooler") },
  { 546, UDP, "dhcpv6-client", NC_ ("service", "DHCPv6 client: asks for an IPv6 address") },
  { 547, UDP, "dhcpv6-server", NC_ ("service", "DHCPv6 server: gives out IPv6 addresses") },
  { 587, TCP, "submission", NC_ ("service", "Handing in mail") },
  { 631, TCP, "ipp", NC_ ("service", "Internet Printing Protocol") },
  { 631, UDP, "ipp", NC_ ("service", "Internet Printing Protocol") },
  { 636, TCP, "ldaps", NC_ ("service", "Directory of people and machines, encrypted (LDAP over TLS)") },
  { 853, TCP, "domain-s", NC_ ("service", "Domain names, encrypted (DNS over TLS)") },
  { 873, TCP, "rsync", NC_ ("service", "Copying what changed (rsync)") },
  { 989, TCP, "ftps-data", NC_ ("service", "File transfer, data, encrypted") },
  { 990, TCP, "ftps", NC_ ("service", "File transfer, commands, encrypted") },
  { 993, TCP, "imaps", NC_ ("service", "Reading mail on the server, encrypted (IMAP over TLS)") },
  { 995, TCP, "pop3s", NC_ ("service", "Fetching mail, encrypted (POP over TLS)") },
  { 1194, UDP, "openvpn", NC_ ("service", "OpenVPN tunnel") },
  { 1433, TCP, "ms-sql-s", NC_ ("service", "Microsoft SQL Server") },
  { 1883, TCP, "mqtt", NC_ ("service", "Messages of small devices (MQTT)") },
  { 1900, UDP, "ssdp", NC_ ("service", "Finding devices in the house (UPnP)") },
  { 2049, TCP, "nfs", NC_ ("service", "Network File System") },
  { 3128, TCP, "squid", NC_ ("service", "Web proxy") },
  { 3306, TCP, "mysql", NC_ ("service", "MySQL or MariaDB database") },
  { 3389, TCP, "ms-wbt-server", NC_ ("service", "Windows remote desktop") },
  { 4500, UDP, "ipsec-nat-t", NC_ ("service", "IPsec through address translation") },
  { 5060, UDP, "sip", NC_ ("service", "Setting up telephone calls (SIP)") },
  { 5222, TCP, "xmpp-client", NC_ ("service", "Chat (XMPP)") },
  { 5353, UDP, "mdns", NC_ ("service", "Names without a server (multicast DNS)") },
  { 5355, TCP, "hostmon", NC_ ("service", "Names in the local network (LLMNR)") },
  { 5355, UDP, "hostmon", NC_ ("service", "Names in the local network (LLMNR)") },
  { 5432, TCP, "postgresql", NC_ ("service", "PostgreSQL database") },
  { 5672, TCP, "amqp", NC_ ("service", "Message queues (AMQP)") },
  { 5900, TCP, "rfb", NC_ ("service", "Sharing a screen (VNC)") },
  { 6000, TCP, "x11", NC_ ("service", "X Window System, first display") },
  { 6379, TCP, "redis", NC_ ("service", "Redis database") },
  { 6667, TCP, "ircd", NC_ ("service", "Chat (IRC)") },
  { 8080, TCP, "http-alt", NC_ ("service", "Web server or proxy, second choice of port") },
  { 9418, TCP, "git", NC_ ("service", "Git repositories") },
  { 11211, TCP, "memcache", NC_ ("service", "Memory cache (memcached)") },
  { 27017, TCP, "mongodb", NC_ ("service", "MongoDB database") },
  { 51820, UDP, "wireguard", NC_ ("service", "WireGuard tunnel") },
};

static int
compare (gconstpointer key, gconstpointer member)
{
  const SvService *a = key, *b = member;

  if (a->port != b->port)
    return a->port < b->port ? -1 : 1;
  return (int) a->protocol - (int) b->protocol;
}

/**
 * sv_service_catalog_find:
 *
 * Returns: (transfer none) (nullable): the service commonly met there
 */
const SvService *
sv_service_catalog_find (guint16 port, guint8 protocol)
{
  SvService wanted = { port, protocol };

  return bsearch (&wanted, SERVICES, G_N_ELEMENTS (SERVICES), sizeof SERVICES[0], compare);
}

/**
 * sv_service_get_comment:
 *
 * Returns: (transfer none): what the service is, translated
 */
const char *
sv_service_get_comment (const SvService *self)
{
  return g_dpgettext2 (GETTEXT_PACKAGE, "service", self->comment);
}
