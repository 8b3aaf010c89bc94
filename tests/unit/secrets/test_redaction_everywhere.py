"""Every place in a configuration of IOS 12.3 and 12.4 where a secret can stand."""

from __future__ import annotations

import pytest

from fellesdrift.session.redaction import PLACEHOLDER, redact

VALUE = "Hemmelig$1.verdi"
PLACES = """
enable secret 5 @
enable password level 7 7 @
enable secret level 5 5 @
username x secret 5 @
username x privilege 15 secret 0 @
username x password 7 @
username x privilege 15 view y password 7 @
 password 7 @
 password @
 ppp chap password 7 @
 ppp pap sent-username x password 7 @
 ppp pap sent-username x password @
snmp-server community @ RO
snmp-server community @ view v RO 10
snmp-server host 10.1.1.1 @
snmp-server host 10.1.1.1 version 2c @  udp-port 162
snmp-server host 10.1.1.1 traps version 2c @
snmp-server host 10.1.1.1 inform version 2c @
snmp-server host 10.1.1.1 informs version 3 auth @
snmp-server host 10.1.1.1 vrf M version 2c @
snmp-server user u g v3 auth md5 @ priv des @
snmp-server user u g v3 encrypted auth sha @ priv aes 128 @
snmp-server user u g remote 10.1.1.1 v3 auth md5 @
tacacs-server key 7 @
tacacs-server key @
tacacs-server host 10.1.1.1 timeout 3 key 7 @
radius-server host 10.1.1.1 auth-port 1812 acct-port 1813 key 7 @
radius-server key 7 @
 server-private 10.1.1.1 key 7 @
 server 10.1.1.1 key @
 key 7 @
 client 10.1.1.1 server-key 7 @
crypto isakmp key @ address 10.1.1.1
crypto isakmp key 6 @ address 10.1.1.1
crypto isakmp key 0 @ hostname x
 pre-shared-key address 10.1.1.1 key @
 pre-shared-key address 10.1.1.1 255.255.255.0 key 6 @
 pre-shared-key hostname h key @
 pre-shared-key @
 key-string 7 @
 key-string @
  key-string @
key-string @
 standby 1 authentication @
 standby authentication text @
 standby 1 authentication md5 key-string 7 @
 standby 1 authentication md5 key-string @ timeout 30
 vrrp 1 authentication @
 vrrp 1 authentication text @
 vrrp 1 authentication md5 key-string @
 glbp 1 authentication md5 key-string @
 glbp 1 authentication text @
ntp authentication-key 1 md5 @ 7
 neighbor 10.1.1.1 password 7 @
 ip ospf authentication-key 7 @
 ip ospf message-digest-key 1 md5 7 @
 area 0 virtual-link 10.1.1.1 authentication-key 7 @
 area 0 virtual-link 10.1.1.1 message-digest-key 1 md5 7 @
 ip nhrp authentication @
 isis password @ level-1
 area-password @
 domain-password @
ip ftp password 7 @
ip http client password 7 @
 l2tp tunnel password 7 @
 wpa-psk ascii 7 @
 encryption key 1 size 128bit 7 @ transmit-key
 path ftp://user:@AT10.1.1.1/x
boot system ftp://user:@AT10.1.1.1/x
 set session-key inbound esp 256 cipher @ authenticator @
 set session-key inbound ah 256 @
 key @
 secret 7 @
 enrollment url http://user:@AT10.1.1.1
aaa configuration route username x password @
 authentication text @
key config-key password-encrypt @
 dialer password @
 passphrase @
 mail-server password @
wlccp ap username a password 7 @
"""
NO_PLACES = """
ip ssh version 2
service password-encryption
no service password-recovery
security passwords min-length 6
aaa authentication login default local
aaa authentication password-prompt Passord:
ip http authentication local
snmp-server enable traps snmp authentication linkdown
snmp-server group drift v3 auth
crypto isakmp policy 1
 authentication pre-share
 ip ospf authentication message-digest
 ip rip authentication key-chain K
 standby 1 authentication md5 key-chain K
key chain K
 key 1
 description password for the key ring
"""


@pytest.mark.parametrize("line", [line for line in PLACES.splitlines() if line])
def test_a_value_is_taken_out_and_nothing_else(line: str) -> None:
    told = line.replace("@", VALUE).replace("AT", "@")
    redacted = redact(told)
    assert redacted == line.replace("@", PLACEHOLDER).replace("AT", "@")
    assert redact(redacted) == redacted


@pytest.mark.parametrize("line", [line for line in NO_PLACES.splitlines() if line])
def test_what_is_no_secret_stays(line: str) -> None:
    assert redact(line) == line
