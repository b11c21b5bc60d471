#!/usr/bin/env bash
# Puts nginx, Prometheus, Alertmanager, the exporters and wrk under var/tools/bin without installing anything:
# Debian's packages start their own services (Prometheus one on 9090), so they are only downloaded and unpacked.
#
#   bash ops/fetch-tools.sh [TOOL...]     default: all tools below
#
# For each tool, the first that works: <NAME>_HOME (an unpacked tarball), the one installed on PATH, a package kept in
# var/tools/debs or, in a bundle, extras/debs, a package from the apt mirror. APT_MIRROR (and APT_SECURITY_MIRROR) replace the machine's sources.
# Ends with 1 and one sentence for each tool that could not be had; grafana is only looked for, never downloaded.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=${TOOLS_DIR:-$root/var/tools}
mkdir -p "$tools"
# What is written into wrappers must outlive the release that it was reached through.
tools=$(cd "$tools" && pwd -P)
bin=$tools/bin
debs=$tools/debs
tree=$tools/root
mkdir -p "$bin" "$debs" "$tree"

# tool | home variable | names on PATH or in the tarball | file in the package | packages
table='
prometheus|PROMETHEUS_HOME|prometheus|usr/bin/prometheus|prometheus libjs-bootstrap4 libjs-jquery libjs-jquery-hotkeys libjs-moment libjs-moment-timezone libjs-mustache libjs-popper.js libjs-rickshaw libjs-d3 libjs-eonasdan-bootstrap-datetimepicker fonts-glyphicons-halflings
promtool|PROMETHEUS_HOME|promtool|usr/bin/promtool|prometheus
alertmanager|ALERTMANAGER_HOME|alertmanager prometheus-alertmanager|usr/bin/prometheus-alertmanager|prometheus-alertmanager
amtool|ALERTMANAGER_HOME|amtool|usr/bin/amtool|prometheus-alertmanager
node_exporter|NODE_EXPORTER_HOME|node_exporter prometheus-node-exporter|usr/bin/prometheus-node-exporter|prometheus-node-exporter
nginx_exporter|NGINX_EXPORTER_HOME|nginx-prometheus-exporter prometheus-nginx-exporter|usr/bin/prometheus-nginx-exporter|prometheus-nginx-exporter
nginx|NGINX_HOME|nginx|usr/sbin/nginx|nginx nginx-common
wrk|WRK_HOME|wrk|usr/bin/wrk|wrk libluajit-5.1-2
grafana|GRAFANA_HOME|grafana-server grafana||
'
missing=0

say_missing() {
  echo "$1 is missing: $2" >&2
  missing=1
}

works() {
  local said
  case $1 in
    nginx)
      said=$("$2" -V 2>&1)
      case $said in *http_v2_module*) ;; *) return 1 ;; esac
      case $said in *http_stub_status_module*) ;; *) return 1 ;; esac
      ;;
    wrk)
      said=$("$2" -v 2>&1)
      case $said in *wrk*Glozer*) ;; *) return 1 ;; esac
      ;;
    grafana | nginx_exporter) [ -x "$2" ] ;;
    *) "$2" --version >/dev/null 2>&1 ;;
  esac
}

# Debian's Prometheus and Alertmanager read their pages and templates from a fixed folder. Unpacked, that path becomes an
# equally long ./././… in the copy that is run, and the copy is run from the folder it means.
relocate() {
  local file=$1 folder=$2 length=$((${#2} / 2)) here
  here=$(printf './%.0s' $(seq "$length"))
  [ $((${#folder} % 2)) -eq 0 ] || here=$here.
  LC_ALL=C sed "s#$folder#$here#g" "$file" >"$file.relocated"
  chmod +x "$file.relocated"
  rm "$file"
}

# The shared libraries of unpacked packages are found beside them.
link() {
  local tool=$1 file=$2 libraries folder=
  # A link means its target from its own folder.
  case $file in /*) ;; *) file=$PWD/$file ;; esac
  libraries=$(find "$tree/usr/lib" -maxdepth 1 -type d -name '*-linux-gnu*' 2>/dev/null | head -n 1)
  rm -f "$bin/$tool"
  case $file in
    "$tree"/*)
      case $tool in
        prometheus) folder=/usr/share/prometheus/web ;;
        alertmanager) folder=/usr/share/prometheus/alertmanager ;;
      esac
      if [ -n "$folder" ] && [ -d "$tree$folder" ]; then
        relocate "$file" "$folder"
        file=$file.relocated
      fi
      {
        echo '#!/bin/sh'
        [ -z "$folder" ] || printf 'cd "%s" || exit 1\n' "$tree$folder"
        printf 'LD_LIBRARY_PATH="%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "%s" "$@"\n' "$libraries" "$file"
      } >"$bin/$tool"
      chmod +x "$bin/$tool"
      ;;
    *) ln -s "$file" "$bin/$tool" ;;
  esac
}

# A mirror that never answers would hold up the start for long.
APT_SECONDS=180
apt_options=(-q -o APT::Sandbox::User=root)
apt_ready=
prepare_apt() {
  case $apt_ready in yes) return 0 ;; no) return 1 ;; esac
  if [ -z "${APT_MIRROR:-}" ] && apt-cache show "$1" >/dev/null 2>&1; then
    apt_ready=yes
    return 0
  fi
  local state=$tools/apt codename
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
  apt_options+=(-o "Dir::State::lists=$state/lists" -o "Dir::Cache=$state/cache")
  if [ -n "${APT_MIRROR:-}" ]; then
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    {
      echo "deb $APT_MIRROR $codename main universe"
      [ -n "${APT_SECURITY_MIRROR:-}" ] && echo "deb $APT_SECURITY_MIRROR $codename-security main universe"
    } | if grep -qi '^ID=debian' /etc/os-release; then sed 's/ universe$//'; else cat; fi >"$state/sources.list"
    apt_options+=(-o "Dir::Etc::sourcelist=$state/sources.list" -o Dir::Etc::sourceparts=/dev/null)
  fi
  if timeout "$APT_SECONDS" apt-get "${apt_options[@]}" update >"$state/update.log" 2>&1; then
    apt_ready=yes
  else
    apt_ready=no
    return 1
  fi
}

kept() { find "$debs" "$root/extras/debs" -name "${1}_*.deb" 2>/dev/null | sort | tail -n 1; }

# apt-get reads its lists for more than a second each time, so it is asked once. It downloads none when one is unknown: those
# are asked for one by one by unpack, which says what is wrong.
download_missing() {
  local package wanted=()
  for package; do
    [[ " ${wanted[*]-} " == *" $package "* ]] || [ -n "$(kept "$package")" ] || wanted+=("$package")
  done
  [ "${#wanted[@]}" -gt 1 ] && command -v apt-get >/dev/null && prepare_apt "${wanted[0]}" || return 0
  (cd "$debs" && apt-get "${apt_options[@]}" download "${wanted[@]}" >"$tools/download.log" 2>&1) || true
}

unpacked=' '
unpack() {
  local package=$1 deb
  case $unpacked in *" $package "*) return 0 ;; esac
  command -v dpkg-deb >/dev/null || return 2
  deb=$(kept "$package")
  if [ -z "$deb" ]; then
    command -v apt-get >/dev/null || return 2
    prepare_apt "$package" || return 3
    (cd "$debs" && apt-get "${apt_options[@]}" download "$package" >"$tools/download.log" 2>&1) || return 4
    deb=$(kept "$package")
  fi
  dpkg-deb -x "$deb" "$tree" 2>"$tools/unpack.log" || return 5
  unpacked+="$package "
}

# Links the one that is named or installed; 1 when there is none and a package has to be unpacked.
link_present() {
  local tool=$1 home=$2 names=$3 packages=$4 name place found
  if [ -n "${!home:-}" ]; then
    for name in $names; do
      for place in "${!home}" "${!home}/bin" "${!home}/sbin"; do
        if [ -x "$place/$name" ] && works "$tool" "$place/$name"; then
          link "$tool" "$place/$name"
          return 0
        fi
      done
    done
    say_missing "$tool" "$home is ${!home}, and nothing there runs as $names."
    return 0
  fi
  [ -x "$bin/$tool" ] && works "$tool" "$bin/$tool" && return 0
  for name in $names; do
    found=$(PATH="$PATH:/usr/sbin:/sbin:/usr/local/sbin" command -v "$name") || continue
    if works "$tool" "$found"; then
      link "$tool" "$found"
      return 0
    fi
  done
  [ -z "$packages" ] || return 1
  say_missing "$tool" "install grafana or set GRAFANA_HOME to an unpacked tarball."
}

link_unpacked() {
  local tool=$1 home=$2 file=$3 packages=$4 package
  for package in $packages; do
    unpack "$package"
    case $? in
      0) ;;
      2) say_missing "$tool" "this system has no apt; set $home to an unpacked tarball."; return ;;
      3) say_missing "$tool" "the package lists can't be read (see $tools/apt/update.log); set APT_MIRROR or $home."; return ;;
      5) say_missing "$tool" "$(kept "$package") is damaged; delete it and start again."; return ;;
      *) say_missing "$tool" "package $package can't be downloaded (see $tools/download.log); set APT_MIRROR or $home."; return ;;
    esac
  done
  link "$tool" "$tree/$file"
  works "$tool" "$bin/$tool" || say_missing "$tool" "the unpacked $tree/$file does not run on this system; set $home."
}

wanted=" ${*:-prometheus promtool alertmanager amtool node_exporter nginx_exporter nginx wrk} "
absent=()
while IFS='|' read -r tool home names file packages; do
  [ -n "$tool" ] || continue
  case $wanted in *" $tool "*) ;; *) continue ;; esac
  link_present "$tool" "$home" "$names" "$packages" || absent+=("$tool|$home|$file|$packages")
done <<<"$table"
download_missing ${absent[@]+${absent[@]##*|}}
for row in ${absent[@]+"${absent[@]}"}; do
  IFS='|' read -r tool home file packages <<<"$row"
  link_unpacked "$tool" "$home" "$file" "$packages"
done
exit "$missing"
