package known;

/** Looks for classes that an application must not see. */
public final class Looks {

    private Looks() {}

    public static void main(String[] args) throws Exception {
        for (String name : args) {
            String found;
            try {
                Class<?> type = Class.forName(name);
                found = type.getProtectionDomain().getCodeSource() == null
                        ? "boot"
                        : type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath()
                                .replaceAll(".*/", "");
            } catch (ClassNotFoundException absent) {
                found = "absent";
            }
            System.out.println(name + " " + found);
        }
    }
}
