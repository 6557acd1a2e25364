// The project has a directory for each kind; the one that was asked for becomes the project.
def project = new File(request.outputDirectory, request.artifactId)
def kind = request.properties['kind']
new File(project, kind).eachFile { it.renameTo(new File(project, it.name)) }
['dataset', 'architecture', 'optimizer', 'regularizer', 'metric', 'procedure', 'analysis'].each {
  new File(project, it).deleteDir()
}
