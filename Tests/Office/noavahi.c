/* Tests only: ippeveprinter of Debian 12 does not start without avahi-daemon. Here everything it asks of avahi succeeds and
   announces nothing, so that it runs on loopback alone. Signatures of avahi-client 0.8, reduced to what is called. */
#include <stddef.h>

static int anything;

void *avahi_threaded_poll_new(void) { return &anything; }
void *avahi_threaded_poll_get(void *poll) { return poll; }
int avahi_threaded_poll_start(void *poll) { return 0; }
int avahi_threaded_poll_stop(void *poll) { return 0; }
void avahi_threaded_poll_lock(void *poll) {}
void avahi_threaded_poll_unlock(void *poll) {}
void avahi_threaded_poll_free(void *poll) {}

void *avahi_client_new(const void *poll, int flags, void *callback, void *data, int *error) {
  if (error) *error = 0;
  return &anything;
}
void avahi_client_free(void *client) {}
int avahi_client_errno(void *client) { return 0; }
const char *avahi_client_get_host_name_fqdn(void *client) { return "localhost"; }

void *avahi_entry_group_new(void *client, void *callback, void *data) { return &anything; }
int avahi_entry_group_free(void *group) { return 0; }
int avahi_entry_group_commit(void *group) { return 0; }
int avahi_entry_group_reset(void *group) { return 0; }
int avahi_entry_group_add_service_strlst(void *group, ...) { return 0; }
int avahi_entry_group_add_service_subtype(void *group, ...) { return 0; }
