# Sourced by ./atoll and ./mvnw: makes JAVA_HOME a JDK 25, from JAVA_HOME, PATH or /usr/lib/jvm, or says what to install.

atoll_is_jdk25() {
  [ -x "$1/bin/javac" ] && "$1/bin/javac" -version 2>&1 | grep -q '^javac 25'
}

atoll_find_jdk25() {
  if [ -n "${JAVA_HOME:-}" ] && atoll_is_jdk25 "$JAVA_HOME"; then
    return 0
  fi
  if atoll_javac=$(command -v javac) && atoll_home=$(cd "$(dirname "$(readlink -f "$atoll_javac")")/.." && pwd) \
    && atoll_is_jdk25 "$atoll_home"; then
    JAVA_HOME=$atoll_home
    return 0
  fi
  for atoll_home in /usr/lib/jvm/* /opt/java/* "${HOME:-/}"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if atoll_is_jdk25 "$atoll_home"; then
      JAVA_HOME=$atoll_home
      return 0
    fi
  done
  echo "Atoll needs a JDK 25 and found none under JAVA_HOME, PATH or /usr/lib/jvm." >&2
  echo "Install one, for example Temurin 25 from https://adoptium.net, or set JAVA_HOME to it." >&2
  return 1
}

atoll_find_jdk25 || exit 2
export JAVA_HOME
