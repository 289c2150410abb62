#!/bin/bash
# cupsd.sh FOLDER PORT: a real cupsd on 127.0.0.1:PORT; everything it writes lies under FOLDER. Ends with its process.
set -eu
folder=$1 port=$2
# As root cupsd wants another user for its filters; otherwise everything is ours.
if [ "$(id -u)" = 0 ]; then user=lp; else user=$(id -un); fi
group=$(id -gn "$user")
mkdir -p "$folder"/{etc/ssl,etc/ppd,spool/tmp,cache,run,log}
cat > "$folder/etc/cups-files.conf" <<CONF
ServerRoot $folder/etc
RequestRoot $folder/spool
TempDir $folder/spool/tmp
CacheDir $folder/cache
StateDir $folder/run
AccessLog $folder/log/access_log
ErrorLog $folder/log/error_log
PageLog $folder/log/page_log
ServerKeychain $folder/etc/ssl
SystemGroup lpadmin
User $user
Group $group
FileDevice Yes
SyncOnClose No
Printcap
Sandboxing relaxed
CONF
cat > "$folder/etc/cupsd.conf" <<CONF
Listen 127.0.0.1:$port
LogLevel debug
Browsing Off
WebInterface No
DefaultAuthType None
MaxLogSize 0
PreserveJobHistory Yes
ErrorPolicy retry-current-job
JobRetryInterval 2
ReadyPaperSizes A4,A5
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  # As Debian has it: a job is its owner's.
  <Limit Send-Document Send-URI Hold-Job Release-Job Restart-Job Purge-Jobs Set-Job-Attributes Cancel-Job Cancel-Jobs CUPS-Move-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
CONF
if [ "$(id -u)" = 0 ]; then chown -R "$user:$group" "$folder"; fi
# A folder that `User` cannot walk into would stall every job without a word.
chmod 755 "$folder"
exec /usr/sbin/cupsd -f -c "$folder/etc/cupsd.conf" -s "$folder/etc/cups-files.conf"
