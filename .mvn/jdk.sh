# Sourced by mvnw: finds a JDK 25 when JAVA_HOME does not name one already.
# The `java` on a PATH is often an older one, and Parley is compiled for 25.
if [ -z "${JAVA_HOME-}" ]; then
  for candidate in /usr/lib/jvm/*25* "$HOME"/.sdkman/candidates/java/25* \
    /Library/Java/JavaVirtualMachines/*25*/Contents/Home "$HOME"/.jdks/*25*; do
    if [ -x "$candidate/bin/javac" ]; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      break
    fi
  done
  if [ -z "${JAVA_HOME-}" ] && ! javac -version 2>&1 | grep -q '^javac 2[5-9]'; then
    echo "Parley needs a JDK 25 and found none. Install one (Debian: temurin-25-jdk or openjdk-25-jdk;" >&2
    echo "SDKMAN: sdk install java 25-tem; macOS: brew install temurin@25) or set JAVA_HOME to it." >&2
    exit 1
  fi
  unset candidate
fi
